#include "cli/sweep_slurm.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/atomic_file.h"

enum { MAX_PATH = 4096 };

// Writes NAME='text', so that a shell reads the text as it is.
static void assign(FILE *out, const char *name, const char *text) {
    (void)fprintf(out, "%s='", name);
    for (const char *c = text; *c != '\0'; c++) {
        (void)fputs(*c == '\'' ? "'\\''" : (const char[]){*c, '\0'}, out);
    }
    (void)fputs("'\n", out);
}

// The part that does not depend on the sweep. Bash's `wait` returns early when a trap runs, so the
// child is waited for again.
static const char *const body[] = {
    "shard_of() {",
    "    if [[ ${output##*/} == ?*.* ]]; then",
    "        echo \"${output%.*}.$1-of-$elements.${output##*.}\"",
    "    else echo \"$output.$1-of-$elements\"; fi; }",
    "",
    "# Run by hand: submits the array, and the merge that waits until all of it is done.",
    "if [[ -z ${SLURM_ARRAY_TASK_ID:-} ]]; then",
    "    script=$(realpath \"$0\")",
    "    cd \"$folder\" || exit 1",
    "    if ((elements == 1)); then sbatch \"$script\"; exit; fi",
    "    array=$(sbatch --parsable \"$script\") || exit 1",
    "    shards=()",
    "    for ((i = 0; i < elements; i++)); do shards+=(\"$(shard_of $i)\"); done",
    "    command=$(printf '%q ' \"$stepwatt\" merge \"$output\" \"${shards[@]}\")",
    "    merge=$(sbatch --parsable --dependency=\"afterok:$array\" --job-name=stepwatt-merge \\",
    "        --output=\"$output.merge.log\" --wrap=\"$command\") || exit 1",
    "    echo \"array $array, merge $merge\"",
    "    exit 0",
    "fi",
    "",
    "cd \"$folder\" || exit 1",
    "\"$stepwatt\" sweep \"$sweep\" -o \"$output\" \"${options[@]}\" \\",
    "    --shard \"$SLURM_ARRAY_TASK_ID/$elements\" \\",
    "    --threads \"${SLURM_CPUS_PER_TASK:-1}\" --resume &",
    "child=$!",
    "trap 'kill -TERM $child 2>/dev/null' TERM",
    "wait $child",
    "status=$?",
    "while kill -0 $child 2>/dev/null; do",
    "    wait $child",
    "    status=$?",
    "done",
    "# 143: the wait was cut short by the trap and the child ended before it was asked again.",
    "if ((status == 143)); then",
    "    wait $child",
    "    status=$?",
    "fi",
    "# Stopped before the end, by the time limit or a preemption, but not by its owner: once more.",
    "job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID",
    "if ((status == 3)) && ! scontrol show job \"$job\" | grep -q 'JobState=CANCELLED'; then",
    "    scontrol requeue \"$job\"",
    "    sleep 60 # Slurm ends this job meanwhile",
    "fi",
    "exit $status",
};

static void write_script(FILE *out, const char *const path[4], const sw_grid *grid,
                         int32_t elements, int32_t threads) {
    (void)fprintf(out,
                  "#!/bin/bash\n"
                  "# A sweep in %d shards. Submit the array and its merge with: bash THIS_FILE\n"
                  "# The array alone: sbatch THIS_FILE. Set --time, --partition and --mem as the "
                  "cluster wants them.\n"
                  "#SBATCH --job-name=stepwatt-sweep\n"
                  "#SBATCH --array=0-%d\n"
                  "#SBATCH --cpus-per-task=%d\n"
                  "#SBATCH --requeue\n"
                  "#SBATCH --open-mode=append\n"
                  "#SBATCH --signal=B:TERM@60\n"
                  "#SBATCH --output=stepwatt-sweep.%%A_%%a.log\n\n",
                  (int)elements, (int)elements - 1, (int)threads);
    assign(out, "stepwatt", path[0]);
    assign(out, "folder", path[1]);
    assign(out, "sweep", path[2]);
    assign(out, "output", path[3]);
    (void)fprintf(out, "elements=%d\noptions=(%s)\n", (int)elements,
                  grid->series ? "--series" : "");
    for (size_t i = 0; i < sizeof body / sizeof *body; i++) {
        (void)fprintf(out, "%s\n", body[i]);
    }
}

sw_status sw_sweep_slurm(const char *file, const char *output, const sw_grid *grid,
                         int32_t elements, int32_t threads, sw_error *err) {
    char program[MAX_PATH];
    char folder[MAX_PATH];
    char script[MAX_PATH];
    const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n <= 0 || getcwd(folder, sizeof folder) == NULL) {
        return sw_fail(err, SW_ERR_IO,
                       "--slurm: where this program and folder are cannot be told: %s",
                       sw_errno_text(errno));
    }
    program[n] = '\0';
    const int length = snprintf(script, sizeof script, "%s.sbatch", output);
    if (length < 0 || (size_t)length >= sizeof script) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "-o: path of more than 4088 bytes");
    }
    sw_atomic_file out;
    SW_TRY(sw_atomic_file_open(script, &out, err));
    write_script(out.stream, (const char *const[4]){program, folder, file, output}, grid, elements,
                 threads);
    SW_TRY(sw_atomic_file_commit(&out, err));
    return SW_OK;
}
