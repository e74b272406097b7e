using System.Text.Json.Nodes;
using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>One process's share of a run.</summary>
internal sealed record RunRecord(DateTimeOffset Started, TimeSpan Simulating, TimeSpan Total, int Workers, double Rollouts)
{
    public JsonObject ToJson() => new()
    {
        ["started"] = Started.ToString("O"),
        ["simulatingSeconds"] = Math.Round(Simulating.TotalSeconds, 3),
        ["totalSeconds"] = Math.Round(Total.TotalSeconds, 3),
        ["workers"] = Workers,
        ["rolloutsSimulated"] = Rollouts,
        ["rolloutsPerSecond"] = Math.Round(Rollouts / Math.Max(Simulating.TotalSeconds, 1e-3)),
        ["instructionSet"] = CellSimulator.InstructionSetName,
        ["machine"] = Machine.Describe(),
    };
}
