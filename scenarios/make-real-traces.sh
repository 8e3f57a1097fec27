#!/bin/sh
# Makes the traces of scenarios/real.ini from published files, which are the publishers' own and so not part of the project.
#
# usage: scenarios/make-real-traces.sh [DATA [OUT]]     from the source folder; STEPWATT names the program if it is elsewhere
#
# DATA (default ../shared/data) holds prices/, carbon/, weather/, renewables/ and arrivals/ with the files named below. OUT
# (default build/real-traces) gets the traces and a copy of real.ini that finds them beside itself.
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
mkdir -p "$out"

# The week: Sunday 16 July 2023, midnight in the east (UTC-4), to Saturday.
week="--start 2023-07-16T04:00:00Z --days 7"

# site, market zone
for pair in east:US-MIDA-PJM west:US-CAL-CISO south:US-TEX-ERCO; do
  site=${pair%%:*}
  zone=${pair#*:}
  "$stepwatt" trace import price "$data/prices/${zone}_electricity_prices_2023.csv" $week \
    --zone "$zone" -o "$out/price_$site.csv"
  "$stepwatt" trace import electricitymaps "$data/carbon/${zone}_2023_hourly.csv" $week \
    --column direct --zone "$zone" -o "$out/carbon_$site.csv"
done

# Weather of a typical year, laid over the week by month, day and hour.
"$stepwatt" trace import epw "$data/weather/USA_VA_Leesburg.Exec.epw" $week \
  --zone "Leesburg, Virginia" -o "$out/outdoor_east.csv"
"$stepwatt" trace import epw "$data/weather/USA_TX_Dallas-Fort.Worth.epw" $week \
  --zone "Dallas-Fort Worth, Texas" -o "$out/outdoor_south.csv"

# Wind of 2020 on a local clock, read as the standard time of the site so that days and nights agree. The NREL notice must
# travel with the files.
wind="$data/renewables/REAL_TIME_wind_jan_jul.csv"
"$stepwatt" trace import rts-wind "$wind" $week --column 309_WIND_1 --rated 148.3 --utc-offset -5 \
  --zone "RTS-GMLC plant 309_WIND_1" -o "$out/wind_east.csv"
"$stepwatt" trace import rts-wind "$wind" $week --column 317_WIND_1 --rated 799.1 --utc-offset -6 \
  --zone "RTS-GMLC plant 317_WIND_1" -o "$out/wind_south.csv"
cp "$data/renewables/NREL_DATA_USE_NOTICE.txt" "$out/"

# Requests from Sunday 24 to Saturday 30 November 2024, a third of the users for each ASP. The published clock is anonymised and
# runs about 7 h ahead of office hours, so that midnight is 07:00 on it; the run starts at midnight in the east, 23:00 in the
# south and 21:00 in the west.
requests="$data/arrivals/alibaba_genai_lora_request_trace_2024-11-15_12-01.csv"
"$stepwatt" trace import alibaba-genai "$requests" --start 2024-11-24T07:00:00 --days 7 --part 1/3 \
  -o "$out/jobs_alpha.csv"
"$stepwatt" trace import alibaba-genai "$requests" --start 2024-11-24T04:00:00 --days 7 --part 2/3 \
  -o "$out/jobs_beta.csv"
"$stepwatt" trace import alibaba-genai "$requests" --start 2024-11-24T06:00:00 --days 7 --part 3/3 \
  -o "$out/jobs_gamma.csv"

sed 's|build/real-traces/||' "$here/real.ini" >"$out/real.ini"
echo "made $out: stepwatt run $out/real.ini"
