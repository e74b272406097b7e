namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>Memory does not grow with the number of replicates.</summary>
public sealed class MemoryTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData(1_000)]
    [InlineData(1_000_000)]
    public void It_stays_below_200_MB(int replicates) => StaysBelow200MB(replicates, "\"groupSize\": 2, \"groups\": 1");

    [Fact]
    public void It_stays_below_200_MB_for_a_trillion_rollouts()
    {
        StaysBelow200MB(6_250, "\"groupSize\": 16, \"groups\": 5000000");
        Assert.Equal([1e12], new Results(_workspace.PathOf("out")).Rollouts);
    }

    [Fact]
    public void It_stays_below_200_MB_with_many_arms_and_a_lag() =>
        StaysBelow200MB(2_000, "\"groupSize\": 2, \"groups\": 1, \"arms\": 4096, \"update\": \"per-arm\", \"lag\": 5");

    private void StaysBelow200MB(int replicates, string members)
    {
        _workspace.Write("experiment.json", $$"""
            {
              "name": "memory", "seed": 1, "iterations": 2, "replicates": {{replicates}},
              "grid": { "pRef": 0.2, "beta": 1, {{members}} }
            }
            """);
        using var process = Grpomc.Start(_workspace.Folder, ["run", "experiment.json", "--out", "out", "--no-progress", "--no-report"]);
        long peak = 0;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, process.PeakMemory);
            Thread.Sleep(5);
        }

        process.Wait().Expect(0);
        Assert.InRange(peak, 1, 200_000_000);
        Assert.Equal(replicates, new Results(_workspace.PathOf("out")).Read("summary.parquet").Int64("replicates", 0));
    }
}
