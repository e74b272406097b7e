using GrpoMonteCarlo.Worker.Tests;

[assembly: AssemblyFixture(typeof(MixedRun))]

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>
/// One small experiment with something of everything, run once for all tests that look at datasets: rules, a given scale, anchors, group
/// sizes from 2 to 900, the three samplers, three grids, cells that saturate, step_z that are null and that are not, trajectories; and, last, a cell so large
/// that its replicates are simulated in several ranges.
/// </summary>
public sealed class MixedRun : IDisposable
{
    internal const string Experiment = """
        {
          "name": "mixed", "seed": 20250306, "iterations": 6, "replicates": 60,
          "grid": [
            {
              "pRef": [0.05, 0.9], "beta": 0.7, "groupSize": [2, 3, 16, 100], "groups": 40,
              "advantage": ["grpo", "grpo-sample-std", "dr-grpo", "rloo", "maxrl"], "anchor": ["reference", "previous", { "mixed": 0.4 }]
            },
            {
              "pRef": { "from": 0.1, "to": 0.8, "count": 3, "scale": "logit" }, "start": 0.3, "beta": { "from": 0.25, "to": 4, "count": 3, "scale": "log" },
              "epsilon": 1e-7, "groupSize": 3, "groups": [7, 130], "advantage": { "scale": [0, 1.5, 1.25, 0] }, "anchor": { "mixed": 0.25 }
            },
            { "pRef": 0.3, "beta": 2, "groupSize": 900, "groups": 8000 }
          ],
          "record": { "trajectories": true }
        }
        """;

    internal const int Iterations = 6;
    internal const int Replicates = 60;
    internal const int Cells = (2 * 4 * 5 * 3) + (3 * 3 * 2) + 1;

    private readonly Workspace _workspace = new();

    public MixedRun()
    {
        Results = _workspace.RunExperiment(Experiment, "mixed");
        Summary = Results.Read("summary.parquet");
        PerCell = Results.Read("cells.parquet");
        Trajectories = Results.Read("trajectories.parquet");
    }

    internal Results Results { get; }

    internal DatasetTable Summary { get; }

    internal DatasetTable PerCell { get; }

    internal DatasetTable Trajectories { get; }

    /// <summary>The row of a cell and iteration in the summary.</summary>
    internal static int RowOf(int cell, int iteration) => (cell * (Iterations + 1)) + iteration;

    public void Dispose() => _workspace.Dispose();
}
