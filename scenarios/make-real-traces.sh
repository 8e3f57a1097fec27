#!/bin/sh
# Makes the traces of scenarios/real.ini and real-winter.ini from published files, which are the publishers' own and so not part
# of the project.
#
# usage: scenarios/make-real-traces.sh [DATA [OUT]]     from the source folder; STEPWATT names the program if it is elsewhere
#
# DATA (default ../shared/data) holds prices/, carbon/, weather/, renewables/ and arrivals/ with the files named below. OUT
# (default build/real-traces) gets the traces of the summer week, those of the winter week in winter/, and copies of the
# scenarios that find them beside themselves.
set -eu

data=${1:-../shared/data}
out=${2:-build/real-traces}
here=$(dirname "$0")
stepwatt=${STEPWATT:-}
for program in "$here/../build/release/stepwatt" "$here/../build/dev/stepwatt"; do
  if [ -z "$stepwatt" ] && [ -x "$program" ]; then
    stepwatt=$program
  fi
done
stepwatt=${stepwatt:-stepwatt}

import() {
  "$stepwatt" trace import "$@"
}

# import_week FORMAT FILE OPTION...: the seven days from $start.
import_week() {
  format=$1
  file=$2
  shift 2
  import "$format" "$file" --start "$start" --days 7 "$@"
}

# make_week FOLDER START: a week from Sunday, midnight in the east.
make_week() {
  to=$1
  start=$2
  mkdir -p "$to"

  # Prices and carbon of the week itself. The German series is a wall clock whose skipped hour in March was filled in, which
  # --fill leaves out; EUR at the mean of 2023 (European Central Bank).
  for pair in east:US-MIDA-PJM west:US-CAL-CISO south:US-TEX-ERCO europe:DE-LU; do
    site=${pair%%:*}
    zone=${pair#*:}
    set --
    if [ "$site" = europe ]; then
      set -- --clock europe-central --fill linear --usd 1.0813
    fi
    import_week price "$data/prices/${zone}_electricity_prices_2023.csv" "$@" --zone "$zone" -o "$to/price_$site.csv"
    import_week electricitymaps "$data/carbon/${zone}_2023_hourly.csv" --column direct --zone "$zone" -o "$to/carbon_$site.csv"
  done

  # Temperature: in the east of the week itself, in the south of a typical year laid over it.
  import_week open-meteo "$data/weather/US-MIDA-PJM_2023-01_07_openmeteo.json" --zone "40.0 N, 75.2 W" -o "$to/outdoor_east.csv"
  import_week epw "$data/weather/USA_TX_Dallas-Fort.Worth.epw" --zone "Dallas-Fort Worth, Texas" -o "$to/outdoor_south.csv"

  # PV from irradiance and temperature (PVWatts): typical years in east and south; for the west the week itself at a place of
  # the same latitude as northern California, far inland.
  import_week epw "$data/weather/USA_VA_Leesburg.Exec.epw" --column pv_cf --zone "Leesburg, Virginia" -o "$to/pv_east.csv"
  import_week epw "$data/weather/USA_TX_Dallas-Fort.Worth.epw" --column pv_cf --zone "Dallas-Fort Worth, Texas" \
    -o "$to/pv_south.csv"
  import_week nsrdb-table "$data/weather/pvlib_psm4_2023_30min_jan_jul.csv" --column pv_cf --utc-offset -7 \
    --at 40.53,-108.54 --zone "40.53 N, 108.54 W" -o "$to/pv_west.csv"

  # Wind of 2020 on a local clock, read as the standard time of the site so that days and nights agree. The NREL notice must
  # travel with the files.
  wind="$data/renewables/REAL_TIME_wind_jan_jul.csv"
  import_week rts-wind "$wind" --column 309_WIND_1 --rated 148.3 --utc-offset -5 --zone "RTS-GMLC plant 309_WIND_1" \
    -o "$to/wind_east.csv"
  import_week rts-wind "$wind" --column 317_WIND_1 --rated 799.1 --utc-offset -6 --zone "RTS-GMLC plant 317_WIND_1" \
    -o "$to/wind_south.csv"
  cp "$data/renewables/NREL_DATA_USE_NOTICE.txt" "$to/"
}

make_week "$out" 2023-07-16T04:00:00Z
make_week "$out/winter" 2023-01-15T05:00:00Z

# Requests from Sunday 24 to Saturday 30 November 2024, a quarter of the users for each ASP. The published clock is anonymised
# and runs about 7 h ahead of office hours, so that midnight is 07:00 on it; the run starts at midnight in the east, 21:00 in
# the west, 23:00 in the south and 06:00 in Europe.
requests="$data/arrivals/alibaba_genai_lora_request_trace_2024-11-15_12-01.csv"
for asp in alpha:1:24T07 beta:2:24T04 gamma:3:24T06 delta:4:24T13; do
  name=${asp%%:*}
  rest=${asp#*:}
  import alibaba-genai "$requests" --start "2024-11-${rest#*:}:00:00" --days 7 --part "${rest%%:*}/4" -o "$out/jobs_$name.csv"
done

for scenario in real real-winter; do
  sed 's|build/real-traces/||' "$here/$scenario.ini" >"$out/$scenario.ini"
done
echo "made $out: stepwatt run $out/real.ini"
