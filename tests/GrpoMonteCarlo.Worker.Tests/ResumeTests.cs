using System.Globalization;
using System.Text;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.Hosting;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>A run that was stopped goes on where it was, repeats nothing that is finished, and ends with the same bytes.</summary>
public sealed class ResumeTests(ResumeTests.Whole whole) : IClassFixture<ResumeTests.Whole>, IDisposable
{
    // Scalar and alone, these take some tens of seconds: there is always something left to stop.
    private const string Long = """
        {
          "name": "long", "seed": 3, "iterations": 40, "replicates": 1200,
          "grid": { "pRef": [0.2, 0.6], "beta": [1, 3], "groupSize": 256, "groups": 64 }, "sampler": "rollouts",
          "record": { "trajectories": true }
        }
        """;

    // Of arms, of gradient ascent over groups themselves, and of a population in stages; the same number of rollouts in each cell.
    private const string LongVariants = """
        {
          "name": "long", "seed": 3, "iterations": 40, "replicates": 2000,
          "grid": [
            {
              "pRef": 0.2, "beta": 3, "groupSize": 64, "groups": 64, "arms": { "count": 50, "reference": { "dirichlet": 0.5 } }, "update": "per-arm",
              "anchor": { "mixed": 0.5 }, "lag": 1
            },
            {
              "pRef": 0.3, "beta": 0.1, "groupSize": 64, "groups": 64, "arms": { "count": 50, "reference": "zipf" },
              "update": { "kind": "gradient", "kl": "k1-in-reward" }
            },
            {
              "prompts": { "count": 8, "beta": [1, 2] }, "promptsPerUpdate": 4, "beta": 2, "groupSize": 64, "groups": 16, "stageLength": 5,
              "verifier": { "falseNegative": 0.1 }
            }
          ],
          "sampler": "rollouts", "record": { "trajectories": true }
        }
        """;

    private static readonly Dictionary<string, (string Experiment, double RolloutsPerReplicate, double AllRollouts)> Runs = new()
    {
        ["rollouts"] = (Long, 40.0 * 256 * 64, 40.0 * 256 * 64 * 4 * 1200),
        ["variants"] = (LongVariants, 40.0 * 64 * 64, 40.0 * 64 * 64 * 3 * 2000),
    };

    private static readonly (string, string)[] Slow = [("GRPOMC_ISA", "scalar")];

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("rollouts")]
    [InlineData("variants")]
    public void After_a_kill(string run)
    {
        Results results = StartLong(run, out Grpomc process);
        using (process)
        {
            process.WaitUntil(() => results.Ranges.Count > 0, "a first range was saved");
            process.Kill();
            process.Wait().Expect(OperatingSystem.IsWindows() ? -1 : 137);
        }

        Assert.False(File.Exists(results.PathOf("manifest.json")));
        FinishLong(run, results);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void After_a_signal(string signal, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no signals there");
        Results results = StartLong("rollouts", out Grpomc process, "--no-progress");
        using (process)
        {
            process.WaitUntil(() => File.Exists(results.PathOf("state/run.json")), "the folder was there");
            process.WaitUntil(() => results.Ranges.Count > 0, "a first range was saved");
            process.Signal(signal);
            Answer answer = process.Wait().Expect(exitCode);
            Assert.Equal("", answer.Output);
            Assert.Contains("goes on", answer.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", answer.Errors, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFiles(results.Folder, "*", SearchOption.TopDirectoryOnly));
        FinishLong("rollouts", results);
    }

    [Theory]
    [InlineData(100_000, 256)]
    [InlineData(1, 1L << 32)]
    public void A_signal_does_not_wait_for_a_range_that_takes_long(int iterations, long groups)
    {
        // One replicate is 10^5 updates of 65,536 rollouts, or one of 2^40: minutes or hours, scalar. The run ends soon after the grace.
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no signals there");
        _workspace.Write("slow.json", $$"""
            {
              "name": "slow", "seed": 3, "iterations": {{iterations}}, "replicates": 1,
              "grid": { "pRef": 0.2, "beta": 1, "groupSize": 256, "groups": {{groups}} }, "sampler": "rollouts"
            }
            """);
        using Grpomc process = Grpomc.Start(_workspace.Folder, ["run", "slow.json", "--out", "slow"], Slow);
        process.WaitUntil(() => File.Exists(_workspace.PathOf("slow", "state", "run.json")), "the folder was there");
        process.Signal("TERM");
        process.Wait().Expect(143);
    }

    [Fact]
    public void A_signal_that_comes_when_all_is_simulated_and_written_stops_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no signals there");
        _workspace.Write("many.json", """
            {
              "name": "many", "seed": 3, "iterations": 40, "replicates": 10,
              "grid": { "pRef": [0.1, 0.2, 0.3], "beta": { "from": 1, "to": 5, "count": 20 }, "groupSize": [2, 4, 8], "groups": 16 }
            }
            """);
        using Grpomc process = Grpomc.Start(_workspace.Folder, ["run", "many.json", "--out", "many", "--no-progress"]);
        process.WaitUntil(() => File.Exists(_workspace.PathOf("many", "manifest.json")), "the datasets were written");
        process.Signal("TERM");
        Answer answer = process.Wait().Expect(0);
        Assert.Contains("report: ", answer.Output, StringComparison.Ordinal);
        Assert.Equal("", answer.Errors);

        var failed = new RunOutcome();
        failed.Set(ExitCode.Interrupted);
        Assert.Equal(ExitCode.Interrupted, failed.ExitCode);
        failed.Conclude(ExitCode.CheckFailed);
        Assert.Equal(ExitCode.CheckFailed, failed.ExitCode);
        failed.Set(ExitCode.Interrupted);
        Assert.Equal(ExitCode.CheckFailed, failed.ExitCode);
    }

    [Fact]
    public void A_second_interrupt_waits_for_nothing()
    {
        // An update of the second cell is 10^12 groups, hours long, and cannot be left in its middle.
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no signals there");
        _workspace.Write("slow.json", """
            {
              "name": "slow", "seed": 3, "iterations": 2, "replicates": 1,
              "grid": { "pRef": 0.2, "beta": 1, "groupSize": 8, "groups": [10, 1000000000000] }, "sampler": "groups"
            }
            """);
        Results results = new(_workspace.PathOf("slow"));
        using Grpomc process = Grpomc.Start(_workspace.Folder, ["run", "slow.json", "--out", "slow", "--no-progress"], Slow);
        process.WaitUntil(() => results.Ranges.Count > 0, "the first cell was saved");

        // Signals of one kind that come close together may arrive as one.
        do
        {
            process.Signal("INT");
        }
        while (!process.EndsWithin(TimeSpan.FromMilliseconds(100)));

        Assert.Equal("", process.Wait().Expect(130).Output);
        Assert.Single(results.Ranges);
    }

    [Fact]
    public void After_a_signal_that_comes_at_once()
    {
        // Before anything is saved, perhaps before the host is up.
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no signals there");
        Results results = StartLong("rollouts", out Grpomc process, "--workers", "1");
        using (process)
        {
            process.WaitUntil(() => File.Exists(results.PathOf("state/run.json")), "the folder was there");
            process.Signal("TERM");
            process.Wait().Expect(143);
        }

        FinishLong("rollouts", results);
    }

    [Fact]
    public void Half_written_files_are_removed()
    {
        Results results = Small();
        string expected = results.Digests;
        string range = Assert.Single(results.Ranges.Keys, key => key.StartsWith(CellOf(results, 0), StringComparison.Ordinal));
        string[] leftovers = [results.PathOf("summary.parquet.tmp"), results.PathOf("state/run.json.tmp"), results.PathOf(Path.Combine("state", range) + ".tmp")];
        foreach (string leftover in leftovers)
        {
            File.WriteAllText(leftover, "half");
        }

        results = Small();
        Assert.All(leftovers, leftover => Assert.False(File.Exists(leftover), leftover));
        Assert.Equal(expected, results.Digests);
        Assert.Equal(0, results.Rollouts[^1]);

        // Nor does one stay whose file is not written any more.
        string unwanted = results.PathOf("trajectories.parquet.tmp");
        File.WriteAllText(unwanted, "half");
        _workspace.RunExperiment(SmallExperiment.Replace("\"trajectories\": true", "\"trajectories\": false", StringComparison.Ordinal), "small");
        Assert.False(File.Exists(unwanted), unwanted);
    }

    [Theory]
    [InlineData("a bit flipped")]
    [InlineData("cut off")]
    [InlineData("empty")]
    [InlineData("something else")]
    [InlineData("of another cell")]
    public void A_damaged_range_is_noticed_and_simulated_again(string damage)
    {
        Results results = Small();
        string expected = results.Digests;
        string[] ranges = [.. results.Ranges.Keys.Order(StringComparer.Ordinal).Select(range => results.PathOf(Path.Combine("state", range)))];
        byte[] bytes = File.ReadAllBytes(ranges[0]);
        byte[] damaged = damage switch
        {
            "cut off" => bytes[..^1],
            "empty" => [],
            "something else" => "something else"u8.ToArray(),
            "of another cell" => File.ReadAllBytes(ranges[1]),
            _ => [.. bytes.Select((b, i) => i == bytes.Length / 2 ? (byte)(b ^ 4) : b)],
        };
        File.WriteAllBytes(ranges[0], damaged);

        Answer answer = _workspace.Run("run", "experiment.json", "--out", "small", "--no-progress", "--no-report").Expect(0);
        string warning = Assert.Single(answer.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(Path.GetFileName(ranges[0]), warning, StringComparison.Ordinal);
        Assert.Equal(expected, results.Digests);
        Assert.Equal(SmallRollouts / SmallCells, results.Rollouts[^1]);
    }

    [Fact]
    public void Files_of_other_names_are_let_alone()
    {
        Results results = Small();
        string expected = results.Digests;
        string folder = Path.GetDirectoryName(results.PathOf(Path.Combine("state", results.Ranges.Keys.First())))!;
        string[] others = [.. new[] { "notes.txt", "1-2-3", "-1-2", "0-", "00-2", "0-99999999999999999999", "0-2.bak" }.Select(name => Path.Combine(folder, name))];
        Array.ForEach(others, other => File.WriteAllText(other, "mine"));
        results = Small();
        Assert.All(others, other => Assert.Equal("mine", File.ReadAllText(other)));
        Assert.Equal(expected, results.Digests);
        Assert.Equal(0, results.Rollouts[^1]);
    }

    [Fact]
    public void A_range_is_looked_into_once_and_nothing_is_used_that_was_damaged_since()
    {
        Results results = Small();
        var plan = Plan.Of(ExperimentReader.Read(Encoding.UTF8.GetBytes(SmallExperiment)));
        Cell cell = plan.Cells[0];
        var whole = new ReplicateRange(0, plan.Experiment.Replicates);
        List<string> damaged = [];
        var store = new RangeStore(results.Folder, plan, (file, _) => damaged.Add(file));
        StoredRange range = Assert.Single(store.RangesOf(cell, whole));
        File.WriteAllText(range.Path, "damaged");
        Assert.Equal([range], store.RangesOf(cell, whole));
        Assert.Throws<InvalidDataException>(() => store.SumsOf(cell, whole));
        Assert.Empty(damaged);
        Assert.Empty(new RangeStore(results.Folder, plan, (file, _) => damaged.Add(file)).RangesOf(cell, whole));
        Assert.Equal([range.Path], damaged);
    }

    [Fact]
    public void A_range_of_other_replicates_than_its_name_says_is_simulated_again()
    {
        Results results = Small();
        string expected = results.Digests;
        string range = results.PathOf(Path.Combine("state", results.Ranges.Keys.First()));
        string name = Path.GetFileName(range);
        File.Move(range, range[..^name.Length] + $"{long.Parse(name.Split('-')[0], CultureInfo.InvariantCulture) + 1}-{name.Split('-')[1]}");
        Answer answer = _workspace.Run("run", "experiment.json", "--out", "small", "--no-progress", "--no-report").Expect(0);
        Assert.Contains($"it is of replicates {name}", answer.Errors, StringComparison.Ordinal);
        Assert.Equal(expected, results.Digests);
    }

    [Fact]
    public void Datasets_that_are_gone_or_changed_are_written_again_without_simulating()
    {
        Results results = Small();
        string expected = results.Digests;
        File.Delete(results.PathOf("summary.parquet"));
        File.Delete(results.PathOf("manifest.json"));
        File.WriteAllText(results.PathOf("cells.parquet"), "changed");
        results = Small();
        Assert.Equal(expected, results.Digests);
        Assert.Equal([0], results.Rollouts);
    }

    [Fact]
    public void Fresh_begins_again()
    {
        Results results = Small();
        string expected = results.Digests;
        results = _workspace.RunExperiment(SmallExperiment, "small", ["--fresh"]);
        Assert.Equal(expected, results.Digests);
        Assert.Equal([SmallRollouts], results.Rollouts);
    }

    [Fact]
    public void Fresh_replaces_another_run()
    {
        Small();
        string other = SmallExperiment.Replace("\"seed\": 5", "\"seed\": 6", StringComparison.Ordinal).Replace("\"trajectories\": true", "\"trajectories\": false", StringComparison.Ordinal);
        Results results = _workspace.RunExperiment(other, "small", ["--fresh"]);
        Assert.Equal(_workspace.RunExperiment(other, "scratch").Digests, results.Digests);
        Assert.Equal(SmallCells, results.Ranges.Count);
    }

    private const string SmallExperiment = """
        {
          "name": "small", "seed": 5, "iterations": 3, "replicates": 50,
          "grid": { "pRef": [0.2, 0.6], "beta": [1, 2], "groupSize": 8, "groups": 30 },
          "record": { "trajectories": true }
        }
        """;

    private const int SmallCells = 4;
    private const double SmallRollouts = SmallCells * 8.0 * 30 * 3 * 50;

    private Results Small() => _workspace.RunExperiment(SmallExperiment, "small");

    private static string CellOf(Results results, int index) => results.Read("cells.parquet").Text("cell_id", index);

    private Results StartLong(string run, out Grpomc process, params string[] options)
    {
        _workspace.Write("experiment.json", Runs[run].Experiment);
        process = Grpomc.Start(_workspace.Folder, ["run", "experiment.json", "--out", "long", .. options], Slow);
        return new Results(_workspace.PathOf("long"));
    }

    // What is there now stays as it is, only the rest is simulated, and the datasets are those of a run without a stop.
    private void FinishLong(string run, Results results)
    {
        (string experiment, double rolloutsPerReplicate, double allRollouts) = Runs[run];
        Dictionary<string, string> finished = results.Ranges;
        double rolloutsFinished = finished.Keys.Sum(Results.ReplicatesOf) * rolloutsPerReplicate;
        Assert.InRange(rolloutsFinished, 0, allRollouts - 1);

        _workspace.RunExperiment(experiment, "long");
        Assert.Equal(whole.Digests[run], results.Digests);
        Assert.Equal([allRollouts - rolloutsFinished], results.Rollouts);
        Dictionary<string, string> now = results.Ranges;
        Assert.All(finished, range => Assert.Equal(range.Value, now[range.Key]));
        Assert.Empty(Directory.GetFiles(results.Folder, "*.tmp", SearchOption.AllDirectories));
    }

    /// <summary>The long runs, without a stop.</summary>
    public sealed class Whole
    {
        public Whole()
        {
            using Workspace workspace = new();
            foreach ((string run, (string experiment, _, double allRollouts)) in Runs)
            {
                Results results = workspace.RunExperiment(experiment, run);
                Digests.Add(run, results.Digests);
                Assert.Equal([allRollouts], results.Rollouts);
            }
        }

        internal Dictionary<string, string> Digests { get; } = [];
    }
}
