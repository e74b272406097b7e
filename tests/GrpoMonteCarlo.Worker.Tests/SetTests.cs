using System.Text.Json;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary><c>run --set</c>: the experiment becomes what its file would be with other values in it.</summary>
public sealed class SetTests : IDisposable
{
    private const string Base = """
        {
          // two grids
          "name": "base", "seed": 4, "iterations": 3, "replicates": 20,
          "grid": [
            { "pRef": [0.1, 0.3], "beta": 1, "groupSize": 8, "groups": 30, },
            { "pRef": 0.5, "beta": 2, "groupSize": 4, "groups": 10 },
          ],
        }
        """;

    private const string Changed = """
        {
          "name": "mine", "seed": 5, "iterations": 3, "replicates": 20, "record": { "trajectories": true },
          "grid": [
            { "pRef": [0.1, 0.3], "beta": 1.5, "groupSize": [2, 16], "groups": 30, "advantage": "dr-grpo" },
            { "pRef": 0.4, "beta": 2, "groupSize": 4, "groups": 10, "advantage": { "scale": [0, 1, 2, 1, 0] } }
          ]
        }
        """;

    private static readonly string[] Changes =
    [
        "name=mine", "seed=5", "record.trajectories=true", "grid[0].beta=1.5", "grid[0].groupSize=[2, 16]", "grid[0].advantage=dr-grpo",
        "grid[1].pRef=0.4", "grid[1].advantage={\"scale\": [0, 1, 2, 1, 0]}",
    ];

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void The_run_is_that_of_the_changed_file_to_the_byte()
    {
        Results changed = _workspace.RunExperiment(Base, "set", Changes.SelectMany(change => new[] { "--set", change }));
        Results written = _workspace.RunExperiment(Changed, "file");
        foreach (string name in new[] { "summary.parquet", "cells.parquet", "trajectories.parquet" })
        {
            Assert.Equal(Workspace.HashOf(written.PathOf(name)), Workspace.HashOf(changed.PathOf(name)));
        }

        Assert.Equal(Experiment(written), Experiment(changed)); // stored and hashed as resolved
    }

    [Fact]
    public void The_results_go_to_the_changed_name_and_the_last_change_stands()
    {
        _workspace.Write("base.json", Base);
        _workspace.Run("run", "base.json", "--no-progress", "--no-report", "--set", "name=first", "--set", "name=second", "--set", "replicates=2").Expect(0);
        Assert.Equal(["second"], Directory.EnumerateDirectories(_workspace.PathOf("results")).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("grid", "--set grid", "PATH=VALUE")]
    [InlineData("=1", "--set =1", "PATH=VALUE")]
    [InlineData("seed=", "--set seed", "no value")]
    [InlineData("seed.x=1", "--set seed.x", "seed is not an object")]
    [InlineData("grid.beta=1", "--set grid.beta", "grid is a list", "grid[0]")]
    [InlineData("grid[2].beta=1", "--set grid[2].beta", "grid has 2 elements")]
    [InlineData("grid[0].pRef[2]=0.1", "--set grid[0].pRef[2]", "grid[0].pRef has 2 elements")]
    [InlineData("grid[0].beta[0]=1", "--set grid[0].beta[0]", "grid[0].beta is not a list")]
    [InlineData("grid[x].beta=1", "--set grid[x].beta", "no path")]
    [InlineData("grid[0.beta=1", "--set grid[0.beta", "no path")]
    [InlineData("grid..beta=1", "--set grid..beta", "no path")]
    [InlineData("grid[0].advantage={\"scale", "--set grid[0].advantage", "not valid JSON")]
    [InlineData("grid[0].advantage={\"scale\":[0],\"scale\":[1]}", "--set grid[0].advantage", "not valid JSON")]
    [InlineData("grid[0].gamma=1", "$.grid[0].gamma", "unknown member")]
    [InlineData("grid[0].beta=-1", "$.grid[0].beta", "positive")]
    [InlineData("seed=x", "$.seed", "must be a number")]
    [InlineData("record=null", "$.record", "must be an object, is null")]
    public void What_cannot_be_set_is_refused_with_the_place_and_the_reason(string change, params string[] saying)
    {
        _workspace.Write("base.json", Base);
        string[] before = _workspace.Snapshot();
        Refusal.Check(_workspace.Run("run", "base.json", "--set", change), ["base.json", .. saying]);
        Assert.Equal(before, _workspace.Snapshot());
    }

    [Fact]
    public void A_file_that_says_a_member_twice_is_refused()
    {
        _workspace.Write("twice.json", Base.Replace("\"seed\": 4,", "\"seed\": 4, \"seed\": 5,", StringComparison.Ordinal));
        Refusal.Check(_workspace.Run("run", "twice.json", "--set", "iterations=1"), "twice.json", "seed");
    }

    private static string Experiment(Results results)
    {
        JsonElement manifest = JsonDocument.Parse(File.ReadAllBytes(results.PathOf("manifest.json"))).RootElement;
        return manifest.GetProperty("experimentHash").GetString() + manifest.GetProperty("experiment").GetRawText();
    }
}
