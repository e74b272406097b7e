using System.Text.Json;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Experiments;

/// <summary>The published JSON schema says what the reader does.</summary>
public class SchemaTests
{
    private const string Plain = """{ "pRef": 0.1, "beta": 1, "groupSize": 2, "groups": 1 }""";

    private static readonly JsonElement Schema =
        JsonDocument.Parse(System.IO.File.ReadAllText(Repository.PathOf("experiments", "experiment.schema.json"))).RootElement;

    private static JsonElement Definitions => Schema.GetProperty("$defs");

    // What is put for "pRef" in a grid, and the schema of the object with the unknown member.
    public static TheoryData<string, string> Objects => new()
    {
        { "\"pRef\": { \"unknown\": 1 }", "range" },
        { "\"pRef\": 0.1, \"verifier\": { \"unknown\": 1 }", "verifier" },
        { "\"prompts\": { \"unknown\": 1 }", "prompts" },
        { "\"pRef\": 0.1, \"arms\": { \"unknown\": 1 }", "armSet" },
        { "\"pRef\": 0.1, \"arms\": { \"count\": 4, \"reference\": { \"unknown\": 1 } }", "referenceShape" },
        { "\"pRef\": 0.1, \"update\": { \"unknown\": 1 }", "gradient" },
    };

    [Fact]
    public void Every_member_the_reader_knows_is_in_the_schema_and_no_other()
    {
        Assert.Equal(KnownTo(File("\"unknown\": 1,", Plain)), Members(Schema));
        Assert.Equal(KnownTo(File("", """{ "unknown": 1 }""")), Members(Definitions.GetProperty("grid")));
        Assert.Equal(KnownTo(File("\"record\": { \"unknown\": 1 },", Plain)), Members(Schema.GetProperty("properties").GetProperty("record")));
        Assert.Equal(KnownTo(File("\"stop\": { \"unknown\": 1 },", Plain)), Members(Schema.GetProperty("properties").GetProperty("stop")));
    }

    [Theory]
    [MemberData(nameof(Objects))]
    public void Every_member_of_an_object_in_a_grid_is_in_the_schema_and_no_other(string member, string definition) => Assert.Equal(
        KnownTo(File("", $$"""{ {{member}}, "beta": 1, "groupSize": 2, "groups": 1 }""")),
        Members(Definitions.GetProperty(definition)));

    [Fact]
    public void The_members_it_requires_are_those_without_a_default()
    {
        Assert.Equal(["name", "seed", "iterations", "replicates", "grid"], Strings(Schema.GetProperty("required")));
        Assert.Equal(["groups"], Strings(Definitions.GetProperty("grid").GetProperty("required")));
        Assert.Single(Plan.Of(ExperimentRun.Read(File("", Plain))).Cells);
    }

    [Theory]
    [InlineData("pRef", "\"pRef\": 0.1, ")]
    [InlineData("beta", "\"beta\": 1, ")]
    [InlineData("groupSize", "\"groupSize\": 2, ")]
    public void The_members_that_others_can_give_are_required_without_these(string name, string member)
    {
        Assert.Contains($"needs \"{name}\"", Refusal(Plain.Replace(member, "", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains(name, Alternatives().Select(list => list[0]));
    }

    [Fact]
    public void Members_that_give_others_do()
    {
        Assert.Equal(new List<string[]> { new[] { "pRef", "prompts", "arms" }, new[] { "beta", "preset" }, new[] { "groupSize", "preset" } }, Alternatives());
        string[] grids =
        [
            """{ "prompts": { "pRef": [0.1, 0.2] }, "beta": 1, "groupSize": 2, "groups": 1 }""",
            """{ "arms": { "reference": [0.1, 0.9], "success": [0] }, "beta": 1, "groupSize": 2, "groups": 1 }""",
            """{ "preset": "trl", "pRef": 0.1, "groups": 1 }""",
        ];
        Assert.All(grids, grid => Assert.Single(Plan.Of(ExperimentRun.Read(File("", grid))).Cells));

        JsonElement groupSize = Definitions.GetProperty("grid").GetProperty("allOf")[2].GetProperty("anyOf")[1];
        Assert.Equal(
            LibraryPreset.Named.Where(preset => preset.GroupSize is not null).Select(preset => preset.Name),
            Strings(groupSize.GetProperty("properties").GetProperty("preset").GetProperty("enum")));
    }

    [Fact]
    public void Names_are_all_there()
    {
        JsonElement gradient = Definitions.GetProperty("gradient").GetProperty("properties");
        JsonElement grid = Definitions.GetProperty("grid").GetProperty("properties");
        Assert.Equal(AdvantageRule.Named.Select(rule => rule.Name), Strings(Definitions.GetProperty("advantage").GetProperty("anyOf")[0].GetProperty("enum")));
        Assert.Equal(Enum.GetValues<Estimator>().Select(ExperimentJson.Name), Strings(Definitions.GetProperty("estimator").GetProperty("enum")));
        Assert.Equal(Enum.GetValues<KlEstimator>().Select(ExperimentJson.Name), Strings(gradient.GetProperty("kl").GetProperty("enum")));
        Assert.Equal(LibraryPreset.Named.Select(preset => preset.Name), Strings(grid.GetProperty("preset").GetProperty("enum")));
        Assert.Equal(
            ["auto", .. Enum.GetValues<Sampler>().Select(ExperimentJson.Name)],
            Strings(Schema.GetProperty("properties").GetProperty("sampler").GetProperty("enum")));

        // An update is a name or a kind with settings; so is a shape of the reference.
        Assert.Equal(
            [.. Strings(Definitions.GetProperty("update").GetProperty("anyOf")[0].GetProperty("enum")), gradient.GetProperty("kind").GetProperty("const").GetString()!],
            Enum.GetValues<UpdateKind>().Select(ExperimentJson.Name));
        string[] shapes =
        [
            .. Strings(Definitions.GetProperty("armSet").GetProperty("properties").GetProperty("reference").GetProperty("anyOf")[0].GetProperty("enum")),
            .. Members(Definitions.GetProperty("referenceShape")),
        ];
        Assert.Equal(
            Enum.GetValues<ReferenceShape>().Where(shape => shape != ReferenceShape.Given).Select(ExperimentJson.Name),
            shapes.Distinct());
    }

    [Fact]
    public void Defaults_of_gradient_updates_are_the_readers()
    {
        JsonElement gradient = Definitions.GetProperty("gradient").GetProperty("properties");
        var settings = new GradientSettings();
        Assert.Equal(settings.Steps, gradient.GetProperty("steps").GetProperty("default").GetInt32());
        Assert.Equal(settings.LearningRate, gradient.GetProperty("learningRate").GetProperty("default").GetDouble());
        Assert.Equal(JsonValueKind.Null, gradient.GetProperty("clip").GetProperty("default").ValueKind);
        Assert.Equal((double.PositiveInfinity, double.PositiveInfinity), (settings.ClipLow, settings.ClipHigh));
        Assert.Equal(ExperimentJson.Name(settings.Kl), gradient.GetProperty("kl").GetProperty("default").GetString());
        Assert.Equal(settings.MaskDegenerateKl ? "masked" : "kept", gradient.GetProperty("degenerateKl").GetProperty("default").GetString());
    }

    [Fact]
    public void Every_experiment_in_the_repository_can_be_planned()
    {
        string[] files = [.. Directory.GetFiles(Repository.PathOf("experiments"), "*.json").Where(file => !file.EndsWith(".schema.json", StringComparison.Ordinal))];
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            Experiment experiment = ExperimentReader.Read(System.IO.File.ReadAllBytes(file));
            Assert.Equal(Path.GetFileNameWithoutExtension(file), experiment.Name);
            Assert.NotEmpty(Plan.Of(experiment).Cells);
            Assert.NotEmpty(experiment.Description);
        }
    }

    private static string File(string members, string grid) =>
        $$"""{ "name": "x", {{members}} "seed": 1, "iterations": 1, "replicates": 1, "grid": {{grid}} }""";

    private static string[] KnownTo(string json)
    {
        string message = Assert.Throws<ExperimentException>(() => ExperimentRun.Read(json)).Message;
        return message.Split("known here: ")[1].Split(", ");
    }

    private static string Refusal(string grid) => Assert.Throws<ExperimentException>(() => ExperimentRun.Read(File("", grid))).Message;

    private static string[] Members(JsonElement schema) => [.. schema.GetProperty("properties").EnumerateObject().Select(member => member.Name)];

    private static string[] Strings(JsonElement list) => [.. list.EnumerateArray().Select(element => element.GetString()!)];

    // Of the members of a grid one of which is required: each one's list.
    private static List<string[]> Alternatives() => [.. Definitions.GetProperty("grid").GetProperty("allOf").EnumerateArray()
        .Select(rule => (rule.TryGetProperty("oneOf", out JsonElement one) ? one : rule.GetProperty("anyOf")).EnumerateArray()
            .Select(choice => Strings(choice.GetProperty("required"))[0])
            .ToArray())];
}
