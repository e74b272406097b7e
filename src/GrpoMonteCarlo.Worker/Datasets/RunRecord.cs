using System.Text.Json.Nodes;
using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>One process's share of a run.</summary>
/// <param name="Started">When it began.</param>
/// <param name="Simulating">How long it simulated.</param>
/// <param name="Saving">How long, beside that, a thread of it saved.</param>
/// <param name="Total">How long it took in all.</param>
/// <param name="Workers">Threads that simulated.</param>
/// <param name="Rollouts">Rollouts that it simulated.</param>
internal sealed record RunRecord(DateTimeOffset Started, TimeSpan Simulating, TimeSpan Saving, TimeSpan Total, int Workers, double Rollouts)
{
    public JsonObject ToJson() => new()
    {
        ["started"] = Started.ToString("O"),
        ["simulatingSeconds"] = Math.Round(Simulating.TotalSeconds, 3),
        ["savingSeconds"] = Math.Round(Saving.TotalSeconds, 3),
        ["totalSeconds"] = Math.Round(Total.TotalSeconds, 3),
        ["workers"] = Workers,
        ["rolloutsSimulated"] = Rollouts,
        ["rolloutsPerSecond"] = Math.Round(Rollouts / Math.Max(Simulating.TotalSeconds, 1e-3)),
        ["instructionSet"] = CellSimulator.InstructionSetName,
        ["machine"] = Machine.Describe(),
    };
}
