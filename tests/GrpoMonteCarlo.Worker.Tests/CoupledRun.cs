using GrpoMonteCarlo.Worker.Tests;

[assembly: AssemblyFixture(typeof(CoupledRun))]

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>As <see cref="MixedRun"/>, of cells that share their random numbers, drawn in groups, as counts and one by one; p on either side of 1/2.</summary>
public sealed class CoupledRun : IDisposable
{
    internal const string Experiment = """
        {
          "name": "coupled", "seed": 20250308, "iterations": 4, "replicates": 300, "coupling": "common",
          "grid": [
            { "pRef": [0.3, 0.6], "beta": [0.8, 0.9], "groupSize": [4, 5], "groups": 30, "advantage": ["grpo", "maxrl"] },
            { "pRef": 0.3, "beta": 0.8, "groupSize": 4, "groups": 30, "estimator": "dynamic-sampling", "verifier": [{}, { "falsePositive": 0.1 }] },
            { "pRef": 0.3, "beta": 0.8, "groupSize": 4, "groups": [100, 100000], "lag": [0, 1] },
            { "pRef": 0.6, "beta": 0.8, "groupSize": 4, "groups": 30, "arms": [4, 6], "update": ["per-arm", { "kind": "gradient" }] },
            { "prompts": { "pRef": [0.2, 0.7] }, "beta": [0.8, 0.9], "groupSize": 4, "groups": 30 }
          ]
        }
        """;

    private readonly Workspace _workspace = new();

    public CoupledRun() => Results = _workspace.RunExperiment(Experiment, "coupled");

    internal Results Results { get; }

    public void Dispose() => _workspace.Dispose();
}
