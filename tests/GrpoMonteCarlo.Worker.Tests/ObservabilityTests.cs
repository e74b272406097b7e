using System.Diagnostics.Metrics;
using System.Text;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.Hosting;
using GrpoMonteCarlo.Worker.Progress;
using GrpoMonteCarlo.Worker.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>What can be seen of a run from outside: counters, log lines, times in the manifest.</summary>
public sealed class ObservabilityTests : IDisposable
{
    private const string Small = """
        {
          "name": "small", "seed": 4, "iterations": 3, "replicates": 20,
          "grid": { "pRef": [0.2, 0.4], "beta": 1, "groupSize": 8, "groups": 30 }
        }
        """;

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Counters_count_what_is_simulated()
    {
        var plan = Plan.Of(ExperimentReader.Read(Encoding.UTF8.GetBytes(Small)));
        var workload = Workload.Of(plan, Shard.Whole);
        var store = new RangeStore(_workspace.PathOf("out"), plan, (file, _) => Assert.Fail(file));
        var counts = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == RunMetrics.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        void Count(Instrument instrument, double value)
        {
            lock (counts)
            {
                counts[instrument.Name] = counts.GetValueOrDefault(instrument.Name) + value;
            }
        }

        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Count(instrument, value));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Count(instrument, value));
        listener.Start();
        await new Simulation(workload, store, 2, new RunProgress(workload), NullLogger.Instance).RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2 * 20 * 3 * 30 * 8, counts["grpomc.rollouts"]);
        Assert.Equal(2 * 20 * 3 * 30, counts["grpomc.groups"]);
        Assert.Equal(2 * 20 * 3, counts["grpomc.updates"]);
        Assert.Equal(2, counts["grpomc.cells"]);
        Assert.True(counts["grpomc.checkpoint.duration"] > 0);
    }

    [Theory]
    [InlineData("information", "info", "small, shard 1/1: 2 cells")]
    [InlineData("Debug", "dbug", "done after")]
    public void A_log_line_has_its_time_and_level(string level, string name, string saying)
    {
        _workspace.Write("experiment.json", Small);
        Answer answer = _workspace.Run("run", "experiment.json", "--no-progress", "--no-report", "--log-level", level).Expect(0);
        string[] lines = answer.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (info|dbug): GrpoMonteCarlo", line));
        Assert.Contains(lines, line => line.Contains($" {name}: ", StringComparison.Ordinal) && line.Contains(saying, StringComparison.Ordinal));
    }

    [Fact]
    public void None_but_a_known_level_is_taken()
    {
        _workspace.Write("experiment.json", Small);
        Refusal.Check(_workspace.Run("run", "experiment.json", "--log-level", "loud"), "--log-level", "loud", "information");
        Assert.Equal("", _workspace.Run("run", "experiment.json", "--no-progress", "--no-report", "--log-level", "none").Expect(0).Errors);
    }

    [Fact]
    public void The_manifest_says_how_long_saving_took() =>
        Assert.InRange((double)_workspace.RunExperiment(Small, "out").Manifest["runs"]![0]!["savingSeconds"]!, 0, 600);
}
