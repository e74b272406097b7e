using System.Diagnostics;
using System.Globalization;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>
/// Runs that are killed at random moments and started again until they are done. GRPOMC_KILLS=50 says how many; each is killed up to three
/// times.
/// </summary>
public sealed class KillTests : IDisposable
{
    private const int MostKillsOfARun = 3;
    private const double RolloutsPerReplicate = 20.0 * 64 * 64;
    private const double AllRollouts = RolloutsPerReplicate * 400 * 6;

    // Scalar, some seconds: several checkpoints, and time to begin and to write the datasets as well.
    private const string Experiment = """
        {
          "name": "killed", "seed": 8, "iterations": 20, "replicates": 400,
          "grid": { "pRef": [0.2, 0.5, 0.7], "beta": [1, 3], "groupSize": 64, "groups": 64 }, "sampler": "rollouts",
          "record": { "trajectories": true }
        }
        """;

    private static readonly int Runs = int.Parse(Environment.GetEnvironmentVariable("GRPOMC_KILLS") ?? "8", CultureInfo.InvariantCulture);
    private static readonly (string, string)[] Slow = [("GRPOMC_ISA", "scalar")];

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Killed_at_any_moment_and_resumed_a_run_ends_with_the_same_bytes_and_repeats_nothing_that_was_saved()
    {
        long started = Stopwatch.GetTimestamp();
        string expected = _workspace.RunExperiment(Experiment, "whole", environment: Slow).Digests;
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        for (int run = 0; run < Runs; run++)
        {
            var random = new System.Random(run);
            Results results = new(_workspace.PathOf($"run-{run}"));
            Dictionary<string, string> saved = [];
            for (int kills = 1 + random.Next(MostKillsOfARun); kills > 0; kills--)
            {
                using Grpomc process = Grpomc.Start(_workspace.Folder, ["run", "experiment.json", "--out", results.Folder, "--no-progress"], Slow);
                if (!process.EndsWithin(TimeSpan.FromSeconds(1.05 * seconds * random.NextDouble())))
                {
                    process.Kill();
                    process.Wait();
                }

                saved = Kept(saved, results);
            }

            // On the fast path: it changes no byte.
            Assert.Equal(expected, _workspace.RunExperiment(Experiment, results.Folder).Digests);
            Assert.Equal(AllRollouts - (RolloutsPerReplicate * saved.Keys.Sum(Results.ReplicatesOf)), results.Rollouts[^1]);
            Kept(saved, results);
            Assert.Empty(Directory.GetFiles(results.Folder, "*.tmp", SearchOption.AllDirectories));
            Directory.Delete(results.Folder, recursive: true);
        }
    }

    // Every range that was on the disk is there, byte for byte, and more may be.
    private static Dictionary<string, string> Kept(Dictionary<string, string> saved, Results results)
    {
        Dictionary<string, string> now = results.Ranges;
        Assert.All(saved, range => Assert.Equal(range.Value, now[range.Key]));
        return now;
    }
}
