using GrpoMonteCarlo.Worker.Tests;

[assembly: AssemblyFixture(typeof(VariantsRun))]

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>
/// As <see cref="MixedRun"/>, of the variants: every estimator, noisy verifiers, lag and stages, populations given and drawn whose updates take some
/// prompts or all, standard deviations over the batch, arms of every shape under each anchor, tied and arm by arm, gradient updates with every
/// KL, presets; arms drawn one by one and placed at once; and, last, a cell whose replicates are simulated in several ranges.
/// </summary>
public sealed class VariantsRun : IDisposable
{
    internal const string Experiment = """
        {
          "name": "variants", "seed": 20250307, "iterations": 5, "replicates": 40,
          "grid": [
            {
              "pRef": 0.3, "beta": 0.9, "groupSize": 6, "groups": [12, 1100], "lag": [0, 2],
              "estimator": ["importance", "plug-in", "self-normalized", "drop-degenerate", "dynamic-sampling"]
            },
            {
              "pRef": 0.15, "beta": 1.5, "groupSize": 4, "groups": 60, "anchor": ["reference", { "mixed": 0.5 }], "stageLength": 2,
              "verifier": [{ "falsePositive": 0.1 }, { "falsePositive": 0.05, "falseNegative": 0.2 }],
              "estimator": ["importance", "drop-degenerate", "dynamic-sampling"]
            },
            {
              "prompts": [{ "pRef": [0.1, 0.5, 0.9, 0.3, 0.001] }, { "count": 12, "beta": [1.5, 3] }], "promptsPerUpdate": [2, 5], "lag": [0, 1],
              "beta": 2, "groupSize": 4, "groups": 10, "advantage": ["grpo", "grpo-batch-std"], "verifier": { "falseNegative": 0.1 }
            },
            {
              "prompts": { "count": 7, "beta": [0.5, 0.5] }, "start": 0.4, "beta": 1, "groupSize": 3, "groups": 5, "stageLength": 3,
              "anchor": ["reference", "previous"], "estimator": ["importance", "self-normalized", "dynamic-sampling"]
            },
            { "pRef": 0.4, "beta": 1, "groupSize": 5, "groups": [8, 50], "advantage": "grpo-batch-std", "verifier": [{}, { "falsePositive": 0.2 }] },
            {
              "pRef": 0.3, "beta": 2, "groupSize": 4, "groups": 100, "anchor": ["reference", "previous", { "mixed": 0.3 }], "update": ["tied", "per-arm"],
              "arms": [
                5, { "count": 7, "reference": "zipf" }, { "count": 9, "reference": { "zipf": 2 } }, { "count": 20, "reference": { "dirichlet": 0.3 } },
                { "reference": [0.1, 0.2, 0.3, 0.4] }, { "count": 6, "reference": "uniform", "success": [1, 4] }
              ]
            },
            {
              "arms": { "reference": [0.05, 0.15, 0.5, 0.3], "success": [0, 2] }, "start": 0.3, "beta": 3, "groupSize": 4, "groups": [30, 300],
              "update": "per-arm", "lag": 1, "stageLength": 2, "verifier": [{}, { "falsePositive": 0.1, "falseNegative": 0.1 }],
              "estimator": ["importance", "drop-degenerate", "dynamic-sampling"]
            },
            {
              "pRef": 0.3, "start": 0.2, "beta": 0.5, "groupSize": 4, "groups": [30, 300], "arms": { "count": 6, "reference": { "zipf": 1.2 } },
              "verifier": [{}, { "falsePositive": 0.1, "falseNegative": 0.1 }], "lag": 1,
              "update": [
                { "kind": "gradient", "kl": "exact" }, { "kind": "gradient", "kl": "k1" }, { "kind": "gradient", "kl": "k2" }, { "kind": "gradient" },
                { "kind": "gradient", "kl": "k3-corrected", "steps": 3, "clip": [0.1, null] },
                { "kind": "gradient", "kl": "k1-in-reward", "clip": 0.2, "steps": 2 },
                { "kind": "gradient", "kl": "k3", "degenerateKl": "masked", "learningRate": 1.5 }
              ]
            },
            {
              "pRef": 0.3, "beta": [0, 0.5], "groupSize": 4, "groups": 30, "stageLength": [0, 2], "estimator": ["drop-degenerate", "dynamic-sampling"],
              "update": [{ "kind": "gradient", "kl": "exact", "learningRate": 1 }, { "kind": "gradient", "kl": "k2", "degenerateKl": "masked" }]
            },
            { "preset": "trl", "pRef": 0.3, "groups": 20, "arms": [2, 10] },
            { "preset": "verl", "pRef": 0.3, "groups": 20, "groupSize": 5, "beta": 0.1 },
            { "preset": "openrlhf", "pRef": 0.3, "groups": 20, "groupSize": 5 },
            { "preset": "dapo", "pRef": 0.3, "groups": 20, "update": [{ "kind": "gradient" }, { "kind": "gradient", "steps": 2 }] },
            { "preset": "dr-grpo", "pRef": 0.3, "groups": 20, "update": "tied", "beta": 1 },
            { "pRef": 0.3, "beta": 2, "groupSize": 32, "groups": 30000, "arms": 2000, "update": "per-arm", "verifier": { "falsePositive": 0.01 } }
          ],
          "record": { "trajectories": true }
        }
        """;

    internal const int Iterations = 5;
    internal const int Replicates = 40;

    private readonly Workspace _workspace = new();

    public VariantsRun()
    {
        Results = _workspace.RunExperiment(Experiment, "variants");
        Summary = Results.Read("summary.parquet");
        PerCell = Results.Read("cells.parquet");
        PassAtK = Results.Read("pass_at_k.parquet");
        Trajectories = Results.Read("trajectories.parquet");
    }

    internal Results Results { get; }

    internal DatasetTable Summary { get; }

    internal DatasetTable PerCell { get; }

    internal DatasetTable PassAtK { get; }

    internal DatasetTable Trajectories { get; }

    /// <summary>The row of a cell and iteration in the summary.</summary>
    internal static int RowOf(int cell, int iteration) => (cell * (Iterations + 1)) + iteration;

    public void Dispose() => _workspace.Dispose();
}
