// Runs a scenario through the installed library; prints its utility.
#include <stdio.h>
#include <stepwatt/stepwatt.h>

int main(int argc, char **argv) {
    char why[1024] = "";
    if (argc != 3) {
        return 2;
    }
    stepwatt_scenario *scenario = stepwatt_scenario_load(argv[1], NULL, 0, why, sizeof why);
    stepwatt_result *result =
        scenario != NULL ? stepwatt_run(scenario, argv[2], 0, why, sizeof why) : NULL;
    if (result == NULL) {
        (void)fprintf(stderr, "%s\n", why);
        return 1;
    }
    printf("%.17g\n", stepwatt_result_metric(result, "utility_usd"));
    stepwatt_result_free(result);
    stepwatt_scenario_free(scenario);
    return 0;
}
