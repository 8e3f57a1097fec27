// test_storage.c -- golden cases of batteries and cooling plants.
#include <check.h>
#include <stdlib.h>

#include "golden/bases.h"
#include "sim/sim.h"
#include "support/script.h"

// 10 kWh, half full, 5 kW both ways, efficiencies 0.8.
#define BATTERY                                                                                    \
    "site s.battery_kwh=10", "site s.battery_charge_kw=5", "site s.battery_discharge_kw=5",        \
        "site s.battery_eff_charge=0.8", "site s.battery_eff_discharge=0.8",                       \
        "site s.battery_soc_start=0.5"

// A room that halves its distance to the balance in a slot: C = 0.1 h x UA / ln 2. 20 C inside, 10
// C outside, COP 4.
#define ROOM                                                                                       \
    "site s.cooling=rc", "site s.outdoor_c=10", "site s.cop_a=4", "site s.cop_b=0",                \
        "site s.cop_min=1", "site s.cop_max=8", "site s.room_start_c=20", "site s.room_set_c=20",  \
        "site s.room_max_c=50", "site s.room_kw_per_k=1",                                          \
        "site s.room_kwh_per_k=0.14426950408889634", "site s.cooling_max_kw=20",                   \
        "site s.overheat_usd_per_kh=0"

static const script_case cases[] = {
    {
        // 2 kW for 0.2 h store 0.8 x 0.4 kWh, worth 1 USD/kWh at the end.
        .name = "charging stores what the efficiency leaves and is settled at the mean price",
        .scenario = ONE,
        .set = {BATTERY},
        .control = {{0, "battery_kw", "s", 2}},
        .expect = {{"slot 1 s soc_kwh", 5.32},
                   {"charge_kwh", 0.4},
                   {"import_kwh", 0.6},
                   {"battery_settlement_usd", 0.32},
                   {"wear_usd", 0},
                   {"clipped_controls", 0},
                   {"utility_usd", -0.6 + 0.32}},
    },
    {
        // 0.5 kW for 0.2 h deliver 0.1 kWh and take 0.125 from the store; wear 0.3 USD/kWh
        // delivered.
        .name = "discharging takes more than it delivers and wears by what it delivers",
        .scenario = ONE,
        .set = {BATTERY, "site s.battery_wear_usd_per_kwh=0.3"},
        .control = {{0, "battery_kw", "s", -0.5}},
        .expect = {{"slot 1 s soc_kwh", 4.875},
                   {"discharge_kwh", 0.1},
                   {"import_kwh", 0.1},
                   {"wear_usd", 0.03},
                   {"battery_settlement_usd", -0.125},
                   {"utility_usd", -0.1 - 0.03 - 0.125}},
    },
    {
        // Mean of 1 and 3 USD/kWh is 2: 0.08 kWh stored in slot 0 alone are worth 0.16.
        .name = "the settlement takes the mean buy price of the horizon",
        .scenario = ONE,
        .set = {BATTERY, "site s.price=signals.csv:p"},
        .signals = "time_s,p\n0,1000\n360,3000\n",
        .control = {{0, "battery_kw", "s", 1}, {1, "battery_kw", "s", 0}},
        .expect = {{"battery_settlement_usd", 0.16}, {"energy_cost_usd", 0.2 + 0.3}},
    },
    {
        // 5 kW applied in each of two slots, twice counted.
        .name = "a command beyond the rated power is clipped and counted in every slot",
        .scenario = ONE,
        .set = {BATTERY},
        .control = {{0, "battery_kw", "s", 99}},
        .expect = {{"slot 0 s battery_kw", 5}, {"charge_kwh", 1}, {"clipped_controls", 2}},
    },
    {
        .name = "a discharge beyond the rated power is clipped",
        .scenario = ONE,
        .set = {BATTERY, "site s.battery_discharge_kw=3"},
        .control = {{0, "battery_kw", "s", -4}},
        .expect = {{"slot 0 s battery_kw", -3},
                   {"slot 1 s battery_kw", -3},
                   {"clipped_controls", 2}},
    },
    {
        // Window up to 5.2 kWh. Slot 0: 1.5 kW x 0.1 h x 0.8 = 0.12 fits. Slot 1: 0.08 kWh are
        // left, 1 kW fills them.
        .name = "charging is clipped so that the window holds for the whole slot, anew in each",
        .scenario = ONE,
        .set = {BATTERY, "site s.battery_soc_max=0.52"},
        .control = {{0, "battery_kw", "s", 1.5}},
        .expect = {{"slot 0 s battery_kw", 1.5},
                   {"slot 1 s battery_kw", 1.0},
                   {"slot 1 s soc_kwh", 5.2},
                   {"clipped_controls", 1}},
    },
    {
        // Window up to 5.2 kWh: 2.5 kW x 0.1 h x 0.8 fill it exactly, and 0.2 kWh / 0.08 h may
        // round below 2.5.
        .name = "a command that fills the window exactly does so",
        .scenario = ONE,
        .set = {BATTERY, "site s.battery_soc_max=0.52"},
        .control = {{0, "battery_kw", "s", 2.5}, {1, "battery_kw", "s", 0}},
        .expect = {{"slot 0 s soc_kwh", 5.2}, {"charge_kwh", 0.25}},
    },
    {
        // Window down to 4.9 kWh: 0.1 kWh deliver 0.08, or 0.8 kW for 0.1 h; then nothing is left.
        .name = "discharging is clipped by the lower end of the window",
        .scenario = ONE,
        .set = {BATTERY, "site s.battery_soc_min=0.49"},
        .control = {{0, "battery_kw", "s", -2}},
        .expect = {{"slot 0 s battery_kw", -0.8},
                   {"slot 1 s battery_kw", 0},
                   {"slot 1 s soc_kwh", 4.9},
                   {"clipped_controls", 2}},
    },
    {
        .name = "a battery command without a battery is clipped to nothing",
        .scenario = ONE,
        .control = {{0, "battery_kw", "s", 1}, {1, "battery_kw", "s", 0}},
        .expect = {{"clipped_controls", 1}, {"charge_kwh", 0}, {"import_kwh", 0.2}},
    },
    {
        .name = "a cooling command without such a plant is clipped to nothing",
        .scenario = ONE,
        .control = {{0, "cooling_kw", "s", 1}},
        .expect = {{"clipped_controls", 2}, {"cooling_kwh", 0}},
    },
    {
        // A battery and a cooling command clipped in both slots.
        .name = "clipped commands are counted one by one",
        .scenario = ONE,
        .control = {{0, "cooling_kw", "s", 1}, {0, "battery_kw", "s", 1}},
        .expect = {{"clipped_controls", 4}},
    },
    {
        // 5 kW less 1 kW of load: 4 kW for 0.2 h.
        .name = "a battery may sell",
        .scenario = ONE,
        .set = {BATTERY, "site s.export_limit_kw=inf", "site s.sell_price=500"},
        .control = {{0, "battery_kw", "s", -5}},
        .expect = {{"export_kwh", 0.8}, {"energy_cost_usd", -0.4}, {"import_kwh", 0}},
    },
    {
        .name = "with a PUE cooling draws its share of the IT power",
        .scenario = ONE,
        .set = {"site s.pue=1.5"},
        .job = {{0, NEVER}},
        .expect = {{"cooling_kwh", 0.115}, {"import_kwh", 0.345}},
    },
    {
        // COP 10 - 0.1 x 20 = 8.
        .name = "with a COP cooling draws IT power over it",
        .scenario = ONE,
        .set = {"site s.cooling=cop", "site s.outdoor_c=20", "site s.cop_a=10", "site s.cop_b=0.1",
                "site s.cop_min=1", "site s.cop_max=9"},
        .expect = {{"cooling_kwh", 0.2 / 8}},
    },
    {
        // Outdoors 10 C in slot 0: COP 9, cut to 5. Then 90 C: 1, raised to 2.
        .name = "the COP follows the weather between its limits",
        .scenario = ONE,
        .set = {"site s.cooling=cop", "site s.cop_a=10", "site s.cop_b=0.1", "site s.cop_min=2",
                "site s.cop_max=5", "site s.outdoor_c=signals.csv:t"},
        .signals = "time_s,t\n0,10\n360,90\n",
        .expect = {{"slot 0 s cooling_kwh", 0.1 / 5}, {"slot 1 s cooling_kwh", 0.1 / 2}},
    },
    {
        // Constants of SustainDC: COP 5 at 25 C outdoors, 0.1 less per C. 6 at 15 C, 5 at 25, 4 at
        // 35, 2 at 55 and beyond.
        .name = "the COP curve of the scenarios meets its published constants",
        .scenario = ONE,
        .set = {"site s.cooling=cop", "site s.cop_a=7.5", "site s.cop_b=0.1", "site s.cop_min=2",
                "site s.cop_max=8", "site s.outdoor_c=signals.csv:t", "scenario.slots=5"},
        .signals = "time_s,t\n0,15\n360,25\n720,35\n1080,55\n1440,60\n",
        .expect = {{"slot 0 s cooling_kwh", 0.1 / 6},
                   {"slot 1 s cooling_kwh", 0.1 / 5},
                   {"slot 2 s cooling_kwh", 0.1 / 4},
                   {"slot 3 s cooling_kwh", 0.1 / 2},
                   {"slot 4 s cooling_kwh", 0.1 / 2}},
    },
    {
        // T = 20/2 + (10 + 1)/2 = 15.5, then 15.5/2 + 11/2 = 13.25; no heat removed, no cooling
        // power.
        .name = "a room moves towards its balance at the end of every slot",
        .scenario = ONE,
        .set = {ROOM},
        .control = {{0, "cooling_kw", "s", 0}},
        .expect = {{"slot 0 s room_c", 15.5}, {"slot 1 s room_c", 13.25}, {"cooling_kwh", 0}},
    },
    {
        // 2 kW removed: 20/2 + (10 + 1 - 2)/2 = 14.5, 14.5/2 + 9/2 = 11.75. Power 2/4 kW for 0.2 h.
        .name = "removed heat cools the room and costs power by the COP",
        .scenario = ONE,
        .set = {ROOM},
        .control = {{0, "cooling_kw", "s", 2}},
        .expect = {{"slot 0 s room_c", 14.5}, {"slot 1 s room_c", 11.75}, {"cooling_kwh", 0.1}},
    },
    {
        // Above 12 C: 3.5 K, then 1.25 K, each for 0.1 h at 2 USD per K h. The new temperature
        // counts, the last too.
        .name =
            "overheating is paid by the temperature at the end of each slot, the last one's too",
        .scenario = ONE,
        .set = {ROOM, "site s.room_max_c=12", "site s.overheat_usd_per_kh=2"},
        .control = {{0, "cooling_kw", "s", 0}},
        .expect = {{"overheat_usd", 0.1 * 2 * (3.5 + 1.25)}, {"utility_usd", -0.2 - 0.95}},
    },
    {
        // Mean IT power of slot 0: 1 kW and 3 kW more for a tenth of it, 1.3 kW.
        .name = "the room takes the slot's mean IT power",
        .scenario = ONE,
        .set = {ROOM},
        .job = {{100, NEVER}},
        .control = {{0, "cooling_kw", "s", 0}},
        .expect = {{"slot 0 s room_c", 10 + 11.3 / 2}},
    },
    {
        // Outdoors 30 C, set 18: Q = 1 + 30 - (18 - 10)/0.5 = 15 in slot 0: T = 10 + (30 + 1 -
        // 15)/2 = 18. Slot 1: Q = 1 + 30 - (18 - 9)/0.5 = 13, T stays 18.
        .name = "the thermostat brings the room to its set point at the next tick",
        .scenario = ONE,
        .set = {ROOM, "site s.outdoor_c=30", "site s.room_set_c=18"},
        .expect = {{"slot 0 s cooling_heat_kw", 15},
                   {"slot 0 s room_c", 18},
                   {"slot 1 s cooling_heat_kw", 13},
                   {"slot 1 s room_c", 18},
                   {"clipped_controls", 0},
                   {"cooling_kwh", 2.8 / 4}},
    },
    {
        // Q is 15 by the rule, 10 at most: T = 10 + (31 - 10)/2.
        .name = "the thermostat removes no more heat than the plant can, and that is not counted "
                "as clipped",
        .scenario = ONE,
        .set = {ROOM, "site s.outdoor_c=30", "site s.room_set_c=18", "site s.cooling_max_kw=10"},
        .expect = {{"slot 0 s cooling_heat_kw", 10},
                   {"slot 0 s room_c", 20.5},
                   {"clipped_controls", 0}},
    },
    {
        // Q = 1 + 10 - (20 - 10)/0.5 = -9: none. The room cools by itself.
        .name = "the thermostat does not heat",
        .scenario = ONE,
        .set = {ROOM},
        .expect = {{"slot 0 s cooling_heat_kw", 0}, {"slot 0 s room_c", 15.5}},
    },
    {
        // The job queued in slot 0 starts at the tick, so P_it is 4 kW: Q = 4 + 30 - (18 -
        // T/2)/0.5. In slot 0 the GPU is off, 0.1 kW: Q = 0.1 + 30 - 16 = 14.1 and T = 18. In slot
        // 1 Q = 34 - 18 = 16.
        .name = "the thermostat sees the starts that the tick's other controls allow",
        .scenario = ONE,
        .set = {ROOM, "site s.outdoor_c=30", "site s.room_set_c=18"},
        .job = {{100, NEVER}},
        .control = {{0, "active", "a", 0}, {1, "active", "a", 1}},
        .expect = {{"slot 0 s cooling_heat_kw", 14.1},
                   {"slot 0 s room_c", 18},
                   {"slot 1 s cooling_heat_kw", 16},
                   {"job 0 start_s", 360}},
    },
    {
        .name = "a cooling command is clipped to the plant and to zero",
        .scenario = ONE,
        .set = {ROOM},
        .control = {{0, "cooling_kw", "s", 50}, {1, "cooling_kw", "s", -1}},
        .expect = {{"slot 0 s cooling_heat_kw", 20},
                   {"slot 1 s cooling_heat_kw", 0},
                   {"clipped_controls", 2}},
    },
    {
        // 1 kW + 0.5 (cooling) + 2 (charge) - 0.5 (PV) = 3 kW for 0.2 h; 1 kW of it above the
        // limit, at 5 USD/kWh. Carbon 0.6 kWh x 0.5 kg x 0.1 USD. Settlement 0.8 x 0.4 kWh. A
        // rejected job costs 1.
        .name = "the terms of the utility add up",
        .scenario = ONE,
        .set = {BATTERY, "site s.cooling=pue", "site s.pue=1.5", "site s.pv_kw=0.5", "site s.pv=1",
                "site s.carbon=500", "scenario.carbon_usd_per_kg=0.1", "site s.import_limit_kw=2",
                "site s.overload_usd_per_kwh=5"},
        .job = {{0, 10}},
        .decide = {{0, REJECT}},
        .control = {{0, "battery_kw", "s", 2}},
        .expect = {{"energy_cost_usd", 0.6},
                   {"overload_usd", 1},
                   {"carbon_usd", 0.03},
                   {"battery_settlement_usd", 0.32},
                   {"late_usd", 1},
                   {"utility_usd", -0.6 - 1 - 0.03 + 0.32 - 1}},
    },
};

GOLDEN_MAIN("golden storage")
