using System.Globalization;
using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.Commands;

/// <summary>The value of --shard: I/N, or auto for the task of a Slurm array that the process is.</summary>
internal static class ShardOption
{
    /// <exception cref="BadInputException">It names no shard.</exception>
    public static Shard Parse(string text) => text == "auto"
        ? OfSlurmTask()
        : Shard.Parse(text) ?? throw new BadInputException(
            $"--shard: must be I/N with I from 1 to N and N at most {Shard.MostShards.ToString(CultureInfo.InvariantCulture)}, or auto, is {text}");

    // Tasks are numbered from any number, in any steps.
    private static Shard OfSlurmTask()
    {
        int id = Variable("SLURM_ARRAY_TASK_ID");
        int least = Variable("SLURM_ARRAY_TASK_MIN");
        int count = Variable("SLURM_ARRAY_TASK_COUNT");
        int step = Environment.GetEnvironmentVariable("SLURM_ARRAY_TASK_STEP") is null ? 1 : Variable("SLURM_ARRAY_TASK_STEP");
        long place = (long)id - least;
        return step >= 1 && place >= 0 && place % step == 0 && place / step < count && count <= Shard.MostShards
            ? new Shard((int)(place / step) + 1, count)
            : throw new BadInputException(
                $"--shard auto: task {id} of a Slurm array of {count} tasks from {least} in steps of {step}: the tasks must be evenly spaced");
    }

    private static int Variable(string name) => Environment.GetEnvironmentVariable(name) is not { } text
        ? throw new BadInputException($"--shard auto: {name} is not set: this is no task of a Slurm array")
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value
        : throw new BadInputException($"--shard auto: {name} must be a whole number, is {text}");
}
