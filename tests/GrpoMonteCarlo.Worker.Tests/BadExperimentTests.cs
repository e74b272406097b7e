using System.Text;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>An experiment file that cannot be used: exit code 2, one line that says where and why, nothing written.</summary>
public sealed class BadExperimentTests : IDisposable
{
    private const string Valid = """
        {
          "name": "valid", "description": "words", "seed": 1,
          "iterations": 2, "replicates": 3,
          "grid": {
            "pRef": 0.2, "beta": 1, "epsilon": 1e-4, "groupSize": 2, "groups": 4,
            "advantage": "grpo", "anchor": "reference", "estimator": "importance"
          },
          "sampler": "auto",
          "record": { "trajectories": false }
        }
        """;

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    // What is put for a piece of the valid file; the place and the reason that must be named.
    public static TheoryData<string, string, string, string> Wrong => new()
    {
        // Members.
        { "\"seed\": 1", "\"seed\": 1, \"replicate\": 2", "$.replicate", "unknown member" },
        { "\"pRef\": 0.2", "\"pRef\": 0.2, \"pref\": 0.2", "$.grid.pref", "unknown member" },
        { "\"trajectories\": false", "\"trajectory\": false", "$.record.trajectory", "unknown member" },
        { "\"anchor\": \"reference\"", "\"anchor\": { \"mix\": 0.5 }", "$.grid.anchor.mix", "unknown member" },
        { "\"advantage\": \"grpo\"", "\"advantage\": { \"scales\": [0, 1, 0] }", "$.grid.advantage.scales", "unknown member" },
        { "\"pRef\": 0.2", "\"pRef\": { \"from\": 0.1, \"to\": 0.2, \"step\": 2 }", "$.grid.pRef.step", "unknown member" },
        { "\"seed\": 1", "\"seed\": 1, \"seed\": 2", "$.seed", "twice" },
        { "\"beta\": 1", "\"beta\": 1, \"beta\": 2", "$.grid.beta", "twice" },
        { "\"seed\": 1,", "", "$", "needs \"seed\"" },
        { "\"name\": \"valid\",", "", "$", "needs \"name\"" },
        { "\"beta\": 1, ", "", "$.grid", "needs \"beta\"" },
        { "\"anchor\": \"reference\"", "\"anchor\": {}", "$.grid.anchor", "needs \"mixed\"" },
        { "\"advantage\": \"grpo\"", "\"advantage\": {}", "$.grid.advantage", "needs \"scale\"" },

        // Types.
        { "\"name\": \"valid\"", "\"name\": 5", "$.name", "must be a string" },
        { "\"words\"", "[]", "$.description", "must be a string" },
        { "\"seed\": 1", "\"seed\": \"1\"", "$.seed", "must be a number" },
        { "\"iterations\": 2", "\"iterations\": null", "$.iterations", "must be a number" },
        { "\"replicates\": 3", "\"replicates\": true", "$.replicates", "must be a number" },
        { "\"pRef\": 0.2", "\"pRef\": \"0.2\"", "$.grid.pRef", "must be a number" },
        { "\"pRef\": 0.2", "\"pRef\": [0.1, [0.2]]", "$.grid.pRef[1]", "must be a number" },
        { "\"beta\": 1", "\"beta\": \"NaN\"", "$.grid.beta", "must be a number" },
        { "\"groups\": 4", "\"groups\": false", "$.grid.groups", "must be a number" },
        { "\"advantage\": \"grpo\"", "\"advantage\": 3", "$.grid.advantage", "must be a string" },
        { "\"anchor\": \"reference\"", "\"anchor\": null", "$.grid.anchor", "must be a string" },
        { "\"estimator\": \"importance\"", "\"estimator\": {}", "$.grid.estimator", "must be a string" },
        { "\"sampler\": \"auto\"", "\"sampler\": 0", "$.sampler", "must be a string" },
        { "{ \"trajectories\": false }", "true", "$.record", "must be an object" },
        { "\"trajectories\": false", "\"trajectories\": 0", "$.record.trajectories", "must be true or false" },
        { "\"seed\": 1", "\"$schema\": 1, \"seed\": 1", "$.$schema", "must be a string" },

        // Values.
        { "\"pRef\": 0.2", "\"pRef\": 0", "$.grid.pRef", "strictly between 0 and 1" },
        { "\"pRef\": 0.2", "\"pRef\": 1", "$.grid.pRef", "strictly between 0 and 1" },
        { "\"pRef\": 0.2", "\"pRef\": [0.5, 1.2]", "$.grid.pRef[1]", "strictly between 0 and 1" },
        { "\"pRef\": 0.2", "\"pRef\": 0.2, \"start\": 0", "$.grid.start", "strictly between 0 and 1" },
        { "\"beta\": 1", "\"beta\": 0", "$.grid.beta", "must be positive" },
        { "\"beta\": 1", "\"beta\": -1", "$.grid.beta", "must be positive" },
        { "\"beta\": 1", "\"beta\": 1e400", "$.grid.beta", "must be a finite number" },
        { "\"beta\": 1", "\"beta\": [2, -1e400]", "$.grid.beta[1]", "must be a finite number" },
        { "1e-4", "-1e-4", "$.grid.epsilon", "must be 0 or positive" },
        { "\"groupSize\": 2", "\"groupSize\": 1", "$.grid.groupSize", "from 2 to 4096" },
        { "\"groupSize\": 2", "\"groupSize\": 5000", "$.grid.groupSize", "from 2 to 4096" },
        { "\"groupSize\": 2", "\"groupSize\": 2.5", "$.grid.groupSize", "whole number" },
        { "\"groups\": 4", "\"groups\": 0", "$.grid.groups", "whole number from 1" },
        { "\"groups\": 4", "\"groups\": 1.1e12", "$.grid.groups", "from 1 to 1000000000000" },
        { "\"iterations\": 2", "\"iterations\": 0", "$.iterations", "whole number from 1" },
        { "\"iterations\": 2", "\"iterations\": 1.5", "$.iterations", "whole number from 1" },
        { "\"iterations\": 2", "\"iterations\": 1048576", "$.iterations", "whole number from 1 to 1048575" },
        { "\"replicates\": 3", "\"replicates\": -1", "$.replicates", "whole number from 0" },
        { "\"replicates\": 3", "\"replicates\": 1e13", "$.replicates", "whole number from 0" },
        { "\"seed\": 1", "\"seed\": -1", "$.seed", "whole number from 0" },
        { "\"seed\": 1", "\"seed\": 9007199254740992", "$.seed", "whole number from 0 to 9007199254740991" },
        { "\"seed\": 1", "\"seed\": 9007199254740993", "$.seed", "whole number from 0 to 9007199254740991" },
        { "\"name\": \"valid\"", "\"name\": \"a/b\"", "$.name", "letters, digits" },
        { "\"name\": \"valid\"", "\"name\": \"..\"", "$.name", "letters, digits" },
        { "\"name\": \"valid\"", "\"name\": \"\"", "$.name", "letters, digits" },
        { "\"name\": \"valid\"", "\"name\": \"naïve\"", "$.name", "letters, digits" },
        { "\"grpo\"", "\"ppo\"", "$.grid.advantage", "unknown advantage \"ppo\"" },
        { "\"grpo\"", "[\"grpo\", \"GRPO\"]", "$.grid.advantage[1]", "unknown advantage \"GRPO\"" },
        { "\"reference\"", "\"middle\"", "$.grid.anchor", "unknown anchor \"middle\"" },
        { "\"importance\"", "\"guess\"", "$.grid.estimator", "unknown estimator \"guess\"" },
        { "\"auto\"", "\"dice\"", "$.sampler", "unknown sampler \"dice\"" },
        { "\"reference\"", "{ \"mixed\": 0 }", "$.grid.anchor.mixed", "strictly between 0 and 1" },
        { "\"reference\"", "{ \"mixed\": 1 }", "$.grid.anchor.mixed", "strictly between 0 and 1" },
        { "\"reference\"", "[\"previous\", { \"mixed\": 1.5 }]", "$.grid.anchor[1].mixed", "strictly between 0 and 1" },

        // Scale tables.
        { "\"grpo\"", "{ \"scale\": [0, 1, 1, 0] }", "$.grid.advantage.scale", "a group of 2 needs 3" },
        { "\"groupSize\": 2, \"groups\": 4,\n    \"advantage\": \"grpo\"", "\"groupSize\": [2, 3], \"groups\": 4, \"advantage\": { \"scale\": [0, 1, 0] }", "$.grid.advantage.scale", "a group of 3 needs 4" },
        { "\"grpo\"", "{ \"scale\": [0, -1, 0] }", "$.grid.advantage.scale", "from 0" },
        { "\"grpo\"", "{ \"scale\": [0, \"1\", 0] }", "$.grid.advantage.scale[1]", "must be a number" },
        { "\"grpo\"", "{ \"scale\": 1 }", "$.grid.advantage.scale", "must be a list" },
        { "\"grpo\"", "{ \"scale\": [] }", "$.grid.advantage.scale", "empty list" },
        { "\"grpo\"", "{ \"scale\": [1, 0, 1] }", "$.grid.advantage.scale", "never learns" },

        // Lists and ranges.
        { "\"pRef\": 0.2", "\"pRef\": []", "$.grid.pRef", "empty list" },
        { "\"groups\": 4", "\"groups\": []", "$.grid.groups", "empty list" },
        { "\"grpo\"", "[]", "$.grid.advantage", "empty list" },
        { "\"reference\"", "[]", "$.grid.anchor", "empty list" },
        { "\"beta\": 1", "\"beta\": [1, 2, 1.0]", "$.grid.beta[2]", "twice" },
        { "\"groups\": 4", "\"groups\": [4, 4]", "$.grid.groups[1]", "twice" },
        { "\"grpo\"", "[\"grpo\", \"grpo\"]", "$.grid.advantage[1]", "twice" },
        { "\"reference\"", "[{ \"mixed\": 0.5 }, { \"mixed\": 0.50 }]", "$.grid.anchor[1]", "twice" },
        { "\"pRef\": 0.2", "\"pRef\": { \"from\": 0.1, \"to\": 0.2, \"count\": 0 }", "$.grid.pRef.count", "whole number from 1" },
        { "\"pRef\": 0.2", "\"pRef\": { \"from\": 0.1, \"to\": 0.2, \"count\": 2.5 }", "$.grid.pRef.count", "whole number from 1" },
        { "\"pRef\": 0.2", "\"pRef\": { \"from\": 0.1, \"to\": 0.2, \"count\": 1 }", "$.grid.pRef.count", "one value" },
        { "\"pRef\": 0.2", "\"pRef\": { \"from\": 0.1, \"to\": 0.1, \"count\": 2 }", "$.grid.pRef.to", "must differ" },
        { "\"pRef\": 0.2", "\"pRef\": { \"from\": 0.1, \"count\": 2 }", "$.grid.pRef", "needs \"to\"" },
        { "\"pRef\": 0.2", "\"pRef\": { \"from\": 0.1, \"to\": 1.2, \"count\": 2 }", "$.grid.pRef.to", "strictly between 0 and 1" },
        { "\"epsilon\": 1e-4", "\"epsilon\": { \"from\": 0, \"to\": 1, \"count\": 3, \"scale\": \"log\" }", "$.grid.epsilon.scale", "above 0" },
        { "\"epsilon\": 1e-4", "\"epsilon\": { \"from\": 0.5, \"to\": 2, \"count\": 3, \"scale\": \"logit\" }", "$.grid.epsilon.scale", "between 0 and 1" },
        { "\"pRef\": 0.2", "\"pRef\": { \"from\": 0.1, \"to\": 0.2, \"count\": 3, \"scale\": \"cubic\" }", "$.grid.pRef.scale", "linear, log or logit" },
        { "\"pRef\": 0.2", "\"pRef\": { \"from\": 0.1, \"to\": 0.2, \"count\": 1001 }, \"start\": { \"from\": 0.1, \"to\": 0.2, \"count\": 1000 }", "$.grid", "1,001,000 cells" },
        { "\"beta\": 1", "\"beta\": { \"from\": 1, \"to\": 2, \"count\": 1000000 }, \"start\": { \"from\": 0.1, \"to\": 0.2, \"count\": 1000000 }", "$.grid", "1,000,000,000,000 cells" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_member_is_refused_with_its_path_and_the_reason(string piece, string replacement, string place, string reason)
    {
        Assert.Equal(2, Valid.Split(piece).Length);
        Refused(Valid.Replace(piece, replacement, StringComparison.Ordinal), place + ":", reason);
    }

    [Fact]
    public void The_file_that_the_wrong_ones_are_made_from_is_accepted() => _workspace.RunExperiment(Valid, "out");

    [Theory]
    [InlineData("[]", "$", "must be an object")]
    [InlineData("null", "$", "must be an object")]
    [InlineData("", "$", "the file is empty")]
    [InlineData(" \n\t\r\n", "$", "the file is empty")]
    [InlineData("{\n  \"name\": \"x\",\n  \"seed\" 1\n}", "line 3", "not valid JSON")]
    [InlineData("{\n  \"name\": \"x\",\n  \"beta\": NaN\n}", "line 3", "not valid JSON")]
    [InlineData("{\n  \"name\": \"x", "line 2", "not valid JSON")]
    [InlineData("{} {}", "line 1", "not valid JSON")]
    public void What_is_no_experiment_is_refused_with_its_place(string text, string place, string reason) => Refused(text, place, reason);

    [Fact]
    public void JSON_nested_too_deep_is_refused() => Refused(new string('[', 100_000), "line 1", "not valid JSON");

    [Fact]
    public void Text_that_is_not_UTF_8_is_refused()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Valid);
        bytes[Valid.IndexOf("words", StringComparison.Ordinal)] = 0xFF;
        File.WriteAllBytes(_workspace.PathOf("experiment.json"), bytes);
        Refused("experiment.json", ["not valid JSON"]);
    }

    [Fact]
    public void A_cell_that_stands_in_two_grids_is_refused()
    {
        // With start at its default in one and given in the other: the same cell all the same.
        const string Grids = """
            { "name": "twice", "seed": 1, "iterations": 2, "replicates": 3, "grid": [
              { "pRef": [0.1, 0.2], "beta": 1, "groupSize": 2, "groups": 4 },
              { "pRef": 0.2, "start": 0.2, "beta": [1, 2], "groupSize": 2, "groups": 4, "anchor": "reference" } ] }
            """;
        Refused(Grids, "$.grid[1]:", "repeats a cell of $.grid[0]");
    }

    [Fact]
    public void A_wrong_member_of_the_second_grid_has_its_number_in_the_path() => Refused(
        """{ "name": "x", "seed": 1, "iterations": 2, "replicates": 3, "grid": [{ "pRef": 0.1, "beta": 1, "groupSize": 2, "groups": 4 }, { "pRef": 0.2, "beta": 0, "groupSize": 2, "groups": 4 }] }""",
        "$.grid[1].beta:",
        "must be positive");

    [Fact]
    public void A_missing_file_is_refused() => Refused("nowhere.json", ["nowhere.json", "no such file"]);

    [Fact]
    public void A_folder_for_a_file_is_refused()
    {
        Directory.CreateDirectory(_workspace.PathOf("folder.json"));
        Refused("folder.json", ["folder.json", "is a folder"]);
    }

    [Fact]
    public void Comments_and_trailing_commas_are_accepted()
    {
        string commented = Valid.Replace("\"seed\": 1,", "\"seed\": 1, // why not", StringComparison.Ordinal)
            .Replace("\"groups\": 4,", "/* M */ \"groups\": [4,],", StringComparison.Ordinal)
            .Replace("false }", "false, },", StringComparison.Ordinal);
        Assert.Equal(_workspace.RunExperiment(Valid, "plain").Digests, _workspace.RunExperiment(commented, "commented").Digests);
    }

    [Fact]
    public void A_byte_order_mark_is_accepted()
    {
        _workspace.RunExperiment(Valid, "plain");
        File.WriteAllText(_workspace.PathOf("marked.json"), Valid, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        _workspace.Run("run", "marked.json", "--out", "marked").Expect(0);
        Assert.Equal(new Results(_workspace.PathOf("plain")).Digests, new Results(_workspace.PathOf("marked")).Digests);
    }

    private void Refused(string text, string place, string reason)
    {
        _workspace.Write("experiment.json", text);
        Refused("experiment.json", ["experiment.json", place, reason]);
    }

    private void Refused(string file, string[] saying)
    {
        string[] before = _workspace.Snapshot();
        Refusal.Check(_workspace.Run("run", file), saying);
        Assert.Equal(before, _workspace.Snapshot());
    }
}
