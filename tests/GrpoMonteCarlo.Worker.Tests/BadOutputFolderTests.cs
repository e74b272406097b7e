using System.Text.Json.Nodes;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>A folder belongs to one name, seed and stream version: anything else is refused, and nothing in it is touched.</summary>
public sealed class BadOutputFolderTests : IDisposable
{
    private const string Owner = """
        { "name": "owner", "seed": 1, "iterations": 1, "replicates": 2, "grid": { "pRef": 0.2, "beta": 1, "groupSize": 2, "groups": 4 } }
        """;

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("\"owner\"", "\"other\"", "owner")]
    [InlineData("\"seed\": 1", "\"seed\": 2", "seed 1")]
    public void A_folder_of_another_name_or_seed_is_refused(string piece, string replacement, string saying)
    {
        _workspace.RunExperiment(Owner, "out");
        Refused(Owner.Replace(piece, replacement, StringComparison.Ordinal), "out", saying);
        File.Delete(_workspace.PathOf("out", "manifest.json")); // as if it had not come to its end
        Refused(Owner.Replace(piece, replacement, StringComparison.Ordinal), "out", saying);
    }

    [Theory]
    [InlineData("name", "\"other\"")]
    [InlineData("seed", "2")]
    [InlineData("streamVersion", "2")]
    [InlineData("streamVersion", "null")]
    public void What_state_says_of_the_owner_counts(string member, string value)
    {
        _workspace.RunExperiment(Owner, "out");
        Edit(_workspace.PathOf("out", "state", "run.json"), root => root[member] = JsonNode.Parse(value));
        Refused(Owner, "out", value.Trim('"').Replace("null", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("name", "\"other\"")]
    [InlineData("seed", "2")]
    [InlineData("streamVersion", "2")]
    public void Without_state_the_manifest_says_who_the_owner_is(string member, string value)
    {
        _workspace.RunExperiment(Owner, "out");
        Directory.Delete(_workspace.PathOf("out", "state"), recursive: true);
        Edit(_workspace.PathOf("out", "manifest.json"), root => (member == "streamVersion" ? root : root["experiment"]!)[member] = JsonNode.Parse(value));
        Refused(Owner, "out", value.Trim('"'));
    }

    [Theory]
    [InlineData("state/run.json", "")]
    [InlineData("state/run.json", "{")]
    [InlineData("state/run.json", "null")]
    [InlineData("state/run.json", "[]")]
    [InlineData("state/run.json", "{ \"name\": 5, \"seed\": 1, \"streamVersion\": 1 }")]
    [InlineData("state/run.json", "{ \"name\": \"owner\", \"seed\": 1.5, \"streamVersion\": 1 }")]
    [InlineData("state/run.json", "{ \"name\": \"owner\", \"seed\": 1, \"streamVersion\": {} }")]
    [InlineData("state/run.json", "{ \"name\": \"owner\", \"seed\": 1, \"streamVersion\": 1, \"streamVersion\": 1 }")]
    [InlineData("manifest.json", "{ \"experiment\": 5 }")]
    public void A_folder_whose_owner_cannot_be_told_is_refused(string file, string text)
    {
        _workspace.Write(Path.Combine("out", file), text);
        Refused(Owner, "out");
    }

    [Fact]
    public void A_folder_that_holds_something_else_is_refused_even_with_fresh()
    {
        _workspace.Write("out/summary.parquet", "someone else's");
        Refused(Owner, "out", "not empty");
        string[] before = _workspace.Snapshot();
        Refusal.Check(_workspace.Run("run", "experiment.json", "--out", "out", "--fresh"), "out", "not empty");
        Assert.Equal(before, _workspace.Snapshot());
    }

    [Fact]
    public void A_path_that_is_a_file_is_refused()
    {
        _workspace.Write("out", "a file");
        Refused(Owner, "out", "is a file");
    }

    [Fact]
    public void A_path_below_a_file_is_refused()
    {
        _workspace.Write("file", "a file");
        Refused(Owner, "file/out", "cannot be made a folder");
    }

    [Fact]
    public void A_folder_in_which_another_process_runs_is_refused()
    {
        _workspace.Write("experiment.json", Owner);
        _workspace.Write("long.json", Owner.Replace("\"replicates\": ", "\"replicates\": 1000000000", StringComparison.Ordinal));
        using Grpomc other = Grpomc.Start(_workspace.Folder, ["run", "long.json", "--out", "out"]);
        other.WaitUntil(() => File.Exists(_workspace.PathOf("out", "state", "run.json")), "the other process had the folder");
        Refusal.Check(_workspace.Run("run", "experiment.json", "--out", "out"), "out", "another process");
        Refusal.Check(_workspace.Run("run", "experiment.json", "--out", "out", "--fresh"), "out", "another process");
        other.Kill();
        other.Wait();

        // However the process ended, the folder is free.
        _workspace.RunExperiment(Owner, "out");
    }

    [Fact]
    public void What_a_process_leaves_that_is_killed_at_its_first_moment_is_used()
    {
        _workspace.Write("out/state/lock", "");
        _workspace.RunExperiment(Owner, "out");
    }

    [Fact]
    public void An_empty_folder_is_used()
    {
        Directory.CreateDirectory(_workspace.PathOf("out"));
        _workspace.RunExperiment(Owner, "out");
    }

    [Fact]
    public void Without_an_output_folder_the_name_says_where()
    {
        _workspace.Write("experiment.json", Owner);
        _workspace.Run("run", "experiment.json").Expect(0);
        Assert.True(File.Exists(_workspace.PathOf("results", "owner", "manifest.json")));
    }

    private void Refused(string experiment, string folder, params string[] saying)
    {
        _workspace.Write("experiment.json", experiment);
        string[] before = _workspace.Snapshot();
        Refusal.Check(_workspace.Run("run", "experiment.json", "--out", folder), [folder, .. saying]);
        Assert.Equal(before, _workspace.Snapshot());
    }

    private static void Edit(string path, Action<JsonNode> change)
    {
        JsonNode root = JsonNode.Parse(File.ReadAllBytes(path))!;
        change(root);
        File.WriteAllText(path, root.ToJsonString());
    }
}
