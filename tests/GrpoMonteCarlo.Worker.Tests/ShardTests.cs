using System.Text.Json.Nodes;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>Shards combine to what one run writes; what is no complete set of shards is refused.</summary>
public sealed class ShardTests(MixedRun mixed, VariantsRun variants, CoupledRun coupled) : IDisposable
{
    private const string Small = """
        {
          "name": "small", "seed": 4, "iterations": 3, "replicates": 50,
          "grid": { "pRef": [0.2, 0.4], "beta": 1, "groupSize": 8, "groups": [5, 30] }
        }
        """;

    private static readonly (string Name, string Value)[] Scalar = [("GRPOMC_ISA", "scalar")];
    private static readonly (string Name, string Value)[] Narrow = [("DOTNET_EnableAVX2", "0")];

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Shards_of_other_workers_and_widths_combine_to_the_bytes_of_one_run(int count)
    {
        Assert.Equal(mixed.Results.Digests, Combined(MixedRun.Experiment, count).Digests);
        if (count == 7)
        {
            Assert.Equal(variants.Results.Digests, Combined(VariantsRun.Experiment, count).Digests);
            Assert.Equal(coupled.Results.Digests, Combined(CoupledRun.Experiment, count).Digests);
        }
    }

    [Fact]
    public void First_passages_combine_as_well()
    {
        Results whole = Combined(PassageTests.Mixed, 3);
        Assert.Equal(7, whole.Digests.Split('\n').Length); // three of passages, and pass@k of the prompts
        Assert.Equal(_workspace.RunExperiment(PassageTests.Mixed, "scratch").Digests, whole.Digests);
    }

    [Fact]
    public void A_combined_run_can_be_reported_and_extended_as_any_other()
    {
        Results whole = Combined(Small, 3);
        _workspace.Run("report", "whole").Expect(0);
        Assert.Equal(3, whole.Manifest["runs"]!.AsArray().Count);
        double before = whole.Rollouts.Sum();
        Results extended = _workspace.RunExperiment(Small.Replace("50", "60", StringComparison.Ordinal), "whole");
        Assert.Equal(before / 5, extended.Rollouts[^1]); // 10 replicates more
        Assert.Equal(_workspace.RunExperiment(Small.Replace("50", "60", StringComparison.Ordinal), "scratch").Digests, extended.Digests);
    }

    [Fact]
    public void Extended_shards_compute_only_what_is_new_to_them()
    {
        Shards(Small, 2);
        string more = Small.Replace("\"groups\": [5, 30]", "\"groups\": [5, 30, 31]", StringComparison.Ordinal);
        Shards(more, 2);
        Combine(2);
        Assert.Equal(_workspace.RunExperiment(more, "scratch").Digests, new Results(_workspace.PathOf("whole")).Digests);
        double[][] simulated = [.. new[] { "s1", "s2" }.Select(name => new Results(_workspace.PathOf(name)).Rollouts)];
        double all = 2 * 50 * 3 * 8 * (5 + 30 + 31);
        Assert.InRange(simulated.Sum(runs => runs[1]), all * 31 / 66, all - 1);
    }

    [Fact]
    public void Shards_of_cells_that_stop_by_themselves_combine_as_well()
    {
        string stopping = Small.Replace("\"seed\"", "\"stop\": { \"targetStandardError\": 0.004, \"maxReplicates\": 800 }, \"seed\"", StringComparison.Ordinal);
        string expected = _workspace.RunExperiment(stopping, "scratch").Digests;
        Assert.Equal(expected, Combined(stopping, 3).Digests);
    }

    [Fact]
    public void More_shards_than_work_combine_as_well() =>
        Assert.Equal(_workspace.RunExperiment(Tiny(2), "scratch").Digests, Combined(Tiny(2), 5).Digests);

    [Fact]
    public void A_shard_of_closed_forms_has_nothing_to_simulate() =>
        Assert.Equal(_workspace.RunExperiment(Tiny(0), "scratch").Digests, Combined(Tiny(0), 2).Digests);

    [Fact]
    public void A_shard_goes_to_a_folder_of_its_own()
    {
        _workspace.Write("small.json", Small);
        _workspace.Run("run", "small.json", "--no-progress", "--shard", "2/3").Expect(0);
        Assert.True(File.Exists(_workspace.PathOf("results", "small-shard-2-of-3", "manifest.json")));
        Refusal.Check(_workspace.Run("report", "results/small-shard-2-of-3"), "results/small-shard-2-of-3", "shard 2/3", "combine");
    }

    [Fact]
    public void A_folder_is_of_one_shard()
    {
        Shards(Small, 2);
        Refused(["run", "experiment.json", "--out", "s1", "--shard", "2/2"], "s1", "shard 1/2", "shard 2/2");
        Refused(["run", "experiment.json", "--out", "s1", "--shard", "1/3"], "s1", "shard 1/2", "shard 1/3");
        Refused(["run", "experiment.json", "--out", "s1"], "s1", "shard 1/2");
    }

    [Fact]
    public void Wrong_and_missing_shards_are_refused_and_named()
    {
        Shards(Small, 3);
        _workspace.Run("run", "experiment.json", "--out", "half", "--no-progress", "--shard", "1/2").Expect(0);
        _workspace.Run("run", "experiment.json", "--out", "other", "--no-progress", "--shard", "2/3", "--set", "grid.beta=2").Expect(0);
        _workspace.Run("run", "experiment.json", "--out", "seed", "--no-progress", "--shard", "2/3", "--set", "seed=5").Expect(0);
        Directory.CreateDirectory(_workspace.PathOf("empty"));

        Refused(["combine", "whole", "s1", "s3"], "missing", "2/3");
        Refused(["combine", "whole", "s2"], "missing", "1/3, 3/3");
        Refused(["combine", "whole", "s1", "s2", "s3", "s2"], "s2 and s2", "overlap", "2/3");
        Refused(["combine", "whole", "s1", "other", "s3"], "other", "another experiment");
        Refused(["combine", "whole", "s1", "seed", "s3"], "seed", "another experiment");
        Refused(["combine", "whole", "half", "s2", "s3"], "s2", "2/3", "1/2", "cut differently");
        Refused(["combine", "whole", "s1", "empty", "s3"], "empty", "no finished shard");
        Refused(["combine", "whole", "s1", "nowhere", "s3"], "nowhere", "no such folder");
        Refused(["combine", "s1", "s1", "s2", "s3"], "s1", "folder of its own");
        Refused(["combine", "whole"], "combine");
        Refused(["combine", "other", "s1", "s2", "s3"], "other", "shard 2/3", "choose another folder");
        Assert.DoesNotContain("--", _workspace.Run("combine", "other", "s1", "s2", "s3").Errors, StringComparison.Ordinal); // options that it has not
    }

    [Fact]
    public void A_shard_of_another_stream_version_is_refused()
    {
        Shards(Small, 2);
        Change("s2", root => root["streamVersion"] = 2);
        Refused(["combine", "whole", "s1", "s2"], "s2", "stream version 2");
    }

    [Fact]
    public void A_shard_that_is_not_what_it_says_is_refused()
    {
        Shards(Small, 2);
        Change("s2", root => root["experiment"]!["seed"] = 5);
        Refused(["combine", "whole", "s1", "s2"], "s2", "hash");
        File.WriteAllText(_workspace.PathOf("s2", "manifest.json"), "{}");
        Refused(["combine", "whole", "s1", "s2"], "s2", "not the manifest");
    }

    [Fact]
    public void A_gap_or_damage_in_a_shard_is_refused_with_its_place()
    {
        Shards(Small, 2);
        string range = Directory.GetFiles(_workspace.PathOf("s2", "state"), "*-*", SearchOption.AllDirectories)[0];
        byte[] bytes = File.ReadAllBytes(range);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(range, bytes);
        Refused(["combine", "whole", "s1", "s2"], range[(_workspace.Folder.Length + 1)..], "checksum");
        File.Delete(range);
        Refused(["combine", "whole", "s1", "s2"], "s2", "replicates", "missing", "shard 2/2");

        // What the message says mends it.
        _workspace.Run("run", "experiment.json", "--out", "s2", "--no-progress", "--shard", "2/2").Expect(0);
        Combine(2);
    }

    [Theory]
    [InlineData("0", "0", "4", "1", "1/4")]
    [InlineData("7", "4", "4", null, "4/4")]
    [InlineData("30", "10", "3", "10", "3/3")]
    public void Auto_is_the_task_of_a_Slurm_array(string id, string least, string count, string? step, string shard)
    {
        _workspace.Write("small.json", Small);
        (string, string)[] task = [.. Task(id, least, count, step)];
        Answer answer = Grpomc.Run(_workspace.Folder, ["run", "small.json", "--out", "out", "--no-progress", "--shard", "auto"], task).Expect(0);
        Assert.Contains($"shard {shard}", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_outside_an_array_or_in_an_uneven_one_is_refused()
    {
        _workspace.Write("small.json", Small);
        string[] run = ["run", "small.json", "--shard", "auto"];
        Refused(run, "--shard auto", "SLURM_ARRAY_TASK_ID");
        Refusal.Check(Grpomc.Run(_workspace.Folder, run, [.. Task("9", "1", "3", "1")]), "--shard auto", "evenly");
        Refusal.Check(Grpomc.Run(_workspace.Folder, run, [.. Task("x", "1", "3", "1")]), "--shard auto", "whole number");
        Refused(["run", "small.json", "--shard", "3/2"], "--shard", "3/2");
    }

    private static string Tiny(int replicates) => $$"""
        { "name": "tiny", "seed": 1, "iterations": 2, "replicates": {{replicates}}, "grid": { "pRef": 0.2, "beta": 1, "groupSize": 2, "groups": 4 } }
        """;

    private static IEnumerable<(string Name, string Value)> Task(string id, string least, string count, string? step)
    {
        yield return ("SLURM_ARRAY_TASK_ID", id);
        yield return ("SLURM_ARRAY_TASK_MIN", least);
        yield return ("SLURM_ARRAY_TASK_COUNT", count);
        if (step is not null)
        {
            yield return ("SLURM_ARRAY_TASK_STEP", step);
        }
    }

    private Results Combined(string experiment, int count)
    {
        foreach (string earlier in Directory.GetDirectories(_workspace.Folder, "s?"))
        {
            Directory.Delete(earlier, recursive: true);
        }

        Shards(experiment, count);
        Combine(count);
        return new Results(_workspace.PathOf("whole"));
    }

    private void Combine(int count)
    {
        if (Directory.Exists(_workspace.PathOf("whole")))
        {
            Directory.Delete(_workspace.PathOf("whole"), recursive: true);
        }

        // In any order.
        string[] folders = [.. Enumerable.Range(1, count).Select(i => $"s{i}").Reverse()];
        _workspace.Run(["combine", "whole", .. folders, "--no-report"]).Expect(0);
    }

    private void Shards(string experiment, int count)
    {
        _workspace.Write("experiment.json", experiment);
        for (int i = 1; i <= count; i++)
        {
            (string, string)[] environment = (i % 3) switch { 0 => Scalar, 1 => Narrow, _ => [] };
            Grpomc.Run(_workspace.Folder, ["run", "experiment.json", "--out", $"s{i}", "--no-progress", "--workers", $"{i}", "--shard", $"{i}/{count}"], environment).Expect(0);
        }
    }

    private void Change(string shard, Action<JsonNode> change)
    {
        JsonNode root = new Results(_workspace.PathOf(shard)).Manifest;
        change(root);
        File.WriteAllText(_workspace.PathOf(shard, "manifest.json"), root.ToJsonString());
    }

    private void Refused(string[] arguments, params string[] saying)
    {
        string[] before = _workspace.Snapshot();
        Refusal.Check(_workspace.Run(arguments), saying);
        Assert.Equal(before, _workspace.Snapshot());
    }
}
