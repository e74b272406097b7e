using System.Text;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.Datasets;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>Disks that are full, folders that cannot be written or are gone: one line, exit code 1 or 2, and nothing that was finished is lost.</summary>
public sealed class FaultTests : IDisposable
{
    // A replicate of both cells is 528 bytes of state.
    private const int FewReplicates = 200;

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData(1200)] // the ranges fit, the trajectories' file does not
    [InlineData(6000)] // nor do the ranges
    public void A_full_disk_loses_nothing_and_with_space_the_run_completes(int replicates)
    {
        using var disk = new SmallDisk(_workspace.PathOf("disk"));
        Results results = _workspace.RunExperiment(OfReplicates(FewReplicates), "disk/out");
        Dictionary<string, string> finished = results.Ranges;
        string datasets = results.Digests;
        string manifest = Workspace.HashOf(results.PathOf("manifest.json"));

        _workspace.Write("experiment.json", OfReplicates(replicates));
        Failed(_workspace.Run("run", "experiment.json", "--out", "disk/out", "--no-progress"), "No space left");
        Assert.All(finished, range => Assert.Equal(range.Value, results.Ranges[range.Key]));
        Assert.Equal(manifest, Workspace.HashOf(results.PathOf("manifest.json")));
        NoneLeftOver(results);
        if (replicates > 5000)
        {
            Assert.Equal(datasets, results.Digests);
        }

        disk.Remount("size=64m");
        Assert.Equal(_workspace.RunExperiment(OfReplicates(replicates), "elsewhere").Digests, _workspace.RunExperiment(OfReplicates(replicates), "disk/out").Digests);
        Assert.All(finished, range => Assert.Equal(range.Value, results.Ranges[range.Key]));
        NoneLeftOver(results);
    }

    [Fact]
    public void A_disk_that_is_full_before_the_first_file_is_said_to_be_full()
    {
        using var disk = new SmallDisk(_workspace.PathOf("disk"));
        _workspace.Write("experiment.json", OfReplicates(FewReplicates));
        using (FileStream filler = File.Create(_workspace.PathOf("disk", "filler")))
        {
            Assert.Throws<IOException>(() =>
            {
                filler.Write(new byte[1 << 20]);
                filler.Write(new byte[1 << 20]);
                filler.Flush();
            });
        }

        Failed(_workspace.Run("run", "experiment.json", "--out", "disk/out"), "No space left");
        File.Delete(_workspace.PathOf("disk", "filler"));
        _workspace.RunExperiment(OfReplicates(FewReplicates), "disk/out");
    }

    [Fact]
    public void A_read_only_file_system_is_refused_and_its_results_stay()
    {
        using var disk = new SmallDisk(_workspace.PathOf("disk"));
        Results results = _workspace.RunExperiment(OfReplicates(FewReplicates), "disk/out");
        string datasets = results.Digests;
        disk.Remount("ro");
        Refusal.Check(_workspace.Run("run", "experiment.json", "--out", "disk/out"), "disk/out", "cannot be written to");
        Refusal.Check(_workspace.Run("run", "experiment.json", "--out", "disk/new"), "disk/new", "cannot be made a folder of results");
        Assert.Equal(datasets, results.Digests);
    }

    [Fact]
    public void A_folder_without_permission_is_refused()
    {
        if (OperatingSystem.IsWindows() || Environment.UserName == "root")
        {
            Assert.Skip("permissions do not bind this user");
            return;
        }

        Directory.CreateDirectory(_workspace.PathOf("closed"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _workspace.Write("experiment.json", OfReplicates(FewReplicates));
        Refusal.Check(_workspace.Run("run", "experiment.json", "--out", "closed/out"), "closed/out", "cannot be made a folder of results");
    }

    [Fact]
    public void A_folder_that_vanishes_ends_the_run_and_is_not_made_again()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a folder with open files stays where it is there");
        string experiment = OfReplicates(1_000_000).Replace("\"trajectories\": true", "\"trajectories\": false", StringComparison.Ordinal);
        _workspace.Write("experiment.json", experiment);
        Results results = new(_workspace.PathOf("out"));
        using (Grpomc process = Grpomc.Start(_workspace.Folder, ["run", "experiment.json", "--out", "out", "--no-progress"], ("GRPOMC_ISA", "scalar")))
        {
            process.WaitUntil(() => results.Ranges.Count > 0, "a first range was saved");
            Directory.Move(results.Folder, _workspace.PathOf("moved"));
            Failed(process.Wait(), "has been removed");
        }

        Assert.False(Directory.Exists(results.Folder));
        Results moved = new(_workspace.PathOf("moved"));
        NoneLeftOver(moved);

        // It is a folder of results like any other.
        Dictionary<string, string> finished = moved.Ranges;
        Assert.NotEmpty(finished);
        string shorter = experiment.Replace("1000000", "50", StringComparison.Ordinal);
        _workspace.RunExperiment(shorter, "moved");
        Assert.Equal(_workspace.RunExperiment(shorter, "scratch").Digests, moved.Digests);
        Assert.All(finished, range => Assert.Equal(range.Value, moved.Ranges[range.Key]));
    }

    [Fact]
    public void A_range_that_is_lost_before_the_datasets_are_written_is_a_fault_in_one_line()
    {
        foreach (int replicates in new[] { 50, 100, 150 })
        {
            _workspace.RunExperiment(OfReplicates(replicates), "out");
        }

        Results results = new(_workspace.PathOf("out"));
        string expected = results.Digests;
        var plan = Plan.Of(ExperimentReader.Read(Encoding.UTF8.GetBytes(OfReplicates(150))));
        using (var folder = RunFolder.Open(results.Folder, plan, Shard.Whole, fresh: false, warn: _ => { }))
        {
            Assert.Equal(150, folder.Ranges.SumsOf(plan.Cells[1], new ReplicateRange(0, 150)).Replicates);
            File.Delete(results.PathOf($"state/{plan.Cells[1].Id}/50-100"));
            InvalidDataException missing = Assert.Throws<InvalidDataException>(() => RunDatasets.Write(plan, folder.Ranges, folder.Path, 2, CancellationToken.None));
            Assert.Contains("holds 50 replicates of 150", missing.Message, StringComparison.Ordinal);
        }

        NoneLeftOver(results);
        Assert.Equal(expected, _workspace.RunExperiment(OfReplicates(150), "out").Digests);
    }

    private static string OfReplicates(int replicates) => $$"""
        {
          "name": "faults", "seed": 5, "iterations": 10, "replicates": {{replicates}},
          "grid": { "pRef": 0.3, "beta": [1, 2], "groupSize": 8, "groups": 30 },
          "record": { "trajectories": true }
        }
        """;

    private static void Failed(Answer answer, string saying)
    {
        answer.Expect(1);
        Assert.Equal("", answer.Output);
        string line = Assert.Single(answer.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(saying, line, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
    }

    private static void NoneLeftOver(Results results) => Assert.Empty(Directory.GetFiles(results.Folder, "*.tmp", SearchOption.AllDirectories));
}
