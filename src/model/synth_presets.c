#include "model/synth.h"

const sw_synth_preset sw_synth_presets[] = {
    {"temperature-pjm", "temperature,mean=14,season=10.2,range=10.2,sd=3.8,slow=0.6,slow_ar=0.75,fast_ar=0.96",
     "Open-Meteo 2023, 40.0 N"},
};
const int32_t sw_n_synth_preset = sizeof sw_synth_presets / sizeof *sw_synth_presets;
