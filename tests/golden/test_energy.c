// test_energy.c -- golden cases of energy and money: grid, renewables, prices, carbon, water.
#include <check.h>
#include <stdlib.h>

#include "golden/bases.h"
#include "sim/sim.h"
#include "support/script.h"

// Two slots: price 1 USD/kWh, then 3.
#define TWO_PRICES "time_s,p\n0,1000\n360,3000\n"

static const script_case cases[] = {
    {
        // Idle 0.1 kWh in each slot: 0.1 x 1 + 0.1 x 3.
        .name = "energy costs the price of its slot",
        .scenario = ONE,
        .set = {"site s.price=signals.csv:p"},
        .signals = TWO_PRICES,
        .expect = {{"energy_cost_usd", 0.4}, {"import_kwh", 0.2}},
    },
    {
        // Samples at 0 and 180 average to 1500, those at 360 and 540 to 4000 USD/MWh.
        .name = "a slot takes the mean of the samples that start in it",
        .scenario = ONE,
        .set = {"site s.price=signals.csv:p"},
        .signals = "time_s,p\n0,1000\n180,2000\n360,3000\n540,5000\n",
        .expect = {{"energy_cost_usd", 0.15 + 0.4}},
    },
    {
        // One sample for both slots; the factor doubles it.
        .name = "a slot without a sample takes the last one before, times the factor",
        .scenario = ONE,
        .set = {"site s.price=signals.csv:p*2"},
        .signals = "time_s,p\n0,1000\n720,9000\n",
        .expect = {{"energy_cost_usd", 0.4}},
    },
    {
        .name = "at a negative price importing earns",
        .scenario = ONE,
        .set = {"site s.price=-1000"},
        .expect = {{"energy_cost_usd", -0.2}, {"utility_usd", 0.2}},
    },
    {
        // 1 kW idle less 0.4 kW: 0.6 kW x 0.2 h.
        .name = "renewables are used first",
        .scenario = ONE,
        .set = {"site s.pv_kw=0.5", "site s.pv=0.4", "site s.wind_kw=2", "site s.wind=0.1"},
        .expect = {{"renewable_kwh", 0.08},
                   {"import_kwh", 0.12},
                   {"export_kwh", 0},
                   {"curtailed_kwh", 0},
                   {"renewable_share", 0.4}},
    },
    {
        // Surplus 9 kW: 4 exported at 0.8 USD/kWh, 5 curtailed. Share: (2 - 1 - 0.8) / 0.2.
        .name = "surplus is sold up to the export limit, the rest is curtailed",
        .scenario = ONE,
        .set = {"site s.pv_kw=10", "site s.pv=1", "site s.export_limit_kw=4",
                "site s.sell_price=800"},
        .expect = {{"export_kwh", 0.8},
                   {"curtailed_kwh", 1.0},
                   {"import_kwh", 0},
                   {"energy_cost_usd", -0.64},
                   {"renewable_share", 1}},
    },
    {
        .name = "without a limit given nothing is exported",
        .scenario = ONE,
        .set = {"site s.pv_kw=10", "site s.pv=1", "site s.sell_price=800"},
        .expect = {{"export_kwh", 0}, {"curtailed_kwh", 1.8}, {"energy_cost_usd", 0}},
    },
    {
        .name = "at a sell price of zero surplus is curtailed",
        .scenario = ONE,
        .set = {"site s.pv_kw=10", "site s.pv=1", "site s.export_limit_kw=inf",
                "site s.sell_price=0"},
        .expect = {{"export_kwh", 0}, {"curtailed_kwh", 1.8}, {"energy_cost_usd", 0}},
    },
    {
        // Half of -1 USD/kWh would be above the buy price; -1 it is, and nothing is sold.
        .name = "at a negative sell price surplus is curtailed",
        .scenario = ONE,
        .set = {"site s.price=-1000", "site s.sell_price=0.5*price", "site s.pv_kw=10",
                "site s.pv=1", "site s.export_limit_kw=inf"},
        .expect = {{"export_kwh", 0}, {"curtailed_kwh", 1.8}, {"energy_cost_usd", 0}},
    },
    {
        // 1.8 kWh at 1 USD/kWh, not at 2.
        .name = "a sell price above the buy price is lowered to it",
        .scenario = ONE,
        .set = {"site s.sell_price=2000", "site s.pv_kw=10", "site s.pv=1",
                "site s.export_limit_kw=inf"},
        .expect = {{"export_kwh", 1.8}, {"energy_cost_usd", -1.8}},
    },
    {
        // Slot 0 sells at min(2, 1), slot 1 at min(2, 3): 0.9 kWh each.
        .name = "the sell price is lowered slot by slot",
        .scenario = ONE,
        .set = {"site s.price=signals.csv:p", "site s.sell_price=2000", "site s.pv_kw=10",
                "site s.pv=1", "site s.export_limit_kw=inf"},
        .signals = TWO_PRICES,
        .expect = {{"energy_cost_usd", -0.9 - 1.8}},
    },
    {
        // R = 2 kW: idle 1 kW sells 1 kW for 0.19 h, busy 4 kW buys 2 kW for 0.01 h. No netting
        // within the slot.
        .name = "import and export are integrated between events, not netted over a slot",
        .scenario = ONE,
        .set = {"site s.pv_kw=2", "site s.pv=1", "site s.export_limit_kw=inf",
                "site s.sell_price=500"},
        .job = {{0, NEVER}},
        .expect = {{"import_kwh", 0.02}, {"export_kwh", 0.19}, {"energy_cost_usd", 0.02 - 0.095}},
    },
    {
        // Limit 2 kW; busy 4 kW for 36 s: 2 kW above. All 4 kW pay the energy price as well.
        .name = "import above the limit pays on top of the energy price, for as long as it lasts",
        .scenario = ONE,
        .set = {"site s.import_limit_kw=2", "site s.overload_usd_per_kwh=5"},
        .job = {{0, NEVER}},
        .expect = {{"overload_s", 36},
                   {"overload_usd", 0.1},
                   {"energy_cost_usd", 0.23},
                   {"utility_usd", 1 - 0.23 - 0.1}},
    },
    {
        .name = "import at the limit is no overload",
        .scenario = ONE,
        .set = {"site s.import_limit_kw=1", "site s.overload_usd_per_kwh=5"},
        .expect = {{"overload_s", 0}, {"overload_usd", 0}},
    },
    {
        .name = "overload is summed over the sites",
        .scenario = TWO,
        .set = {"site s.import_limit_kw=0.5", "site t.import_limit_kw=0.5"},
        .expect = {{"overload_s", 1440}, {"s overload_s", 720}},
    },
    {
        // 0.2 kWh x 500 g/kWh = 0.1 kg at 2 USD/kg.
        .name = "carbon follows the import and has a price",
        .scenario = ONE,
        .set = {"site s.carbon=500", "scenario.carbon_usd_per_kg=2"},
        .expect = {{"carbon_kg", 0.1}, {"carbon_usd", 0.2}, {"utility_usd", -0.2 - 0.2}},
    },
    {
        // Import 0.02 kWh as above; the 0.19 kWh sold take nothing off.
        .name = "export earns no carbon",
        .scenario = ONE,
        .set = {"site s.pv_kw=2", "site s.pv=1", "site s.export_limit_kw=inf", "site s.carbon=500"},
        .job = {{0, NEVER}},
        .expect = {{"carbon_kg", 0.01}},
    },
    {
        // Without a price carbon is reported and costs nothing.
        .name = "carbon without a price is reported only",
        .scenario = ONE,
        .set = {"site s.carbon=500"},
        .expect = {{"carbon_kg", 0.1}, {"carbon_usd", 0}},
    },
    {
        // 0.2 kWh of IT load x 3 L/kWh; cooling does not count.
        .name = "water follows the IT load",
        .scenario = ONE,
        .set = {"site s.wue_l_per_kwh=3", "site s.pue=2"},
        .expect = {{"water_l", 0.6}},
    },
    {
        // t costs 3 USD/kWh. Its IT load is the idle GPU and the job sent by a; s is idle.
        .name = "a site's figures are those of its ASPs, and the run's are their sum",
        .scenario = TWO,
        .set = {"site t.price=3000"},
        .job = {{0, NEVER}},
        .decide = {{0, "b", 10}},
        .expect = {{"s energy_cost_usd", 0.2},
                   {"t energy_cost_usd", 0.69},
                   {"t revenue_usd", 1},
                   {"t transfer_usd", 0.25},
                   {"energy_cost_usd", 0.89},
                   {"utility_usd", 1 - 0.89 - 0.25}},
    },
};

GOLDEN_MAIN("golden energy")
