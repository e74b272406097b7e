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

    [Fact]
    public void Every_member_the_reader_knows_is_in_the_schema_and_no_other()
    {
        Assert.Equal(KnownTo(File("\"unknown\": 1,", Plain)), Members(Schema));
        Assert.Equal(KnownTo(File("", """{ "unknown": 1 }""")), Members(Definitions.GetProperty("grid")));
        Assert.Equal(KnownTo(File("\"record\": { \"unknown\": 1 },", Plain)), Members(Schema.GetProperty("properties").GetProperty("record")));
        Assert.Equal(KnownTo(File("", """{ "pRef": { "unknown": 1 }, "beta": 1, "groupSize": 2, "groups": 1 }""")), Members(Definitions.GetProperty("range")));
    }

    [Fact]
    public void The_members_it_requires_are_those_without_a_default()
    {
        Assert.Equal(["name", "seed", "iterations", "replicates", "grid"], Strings(Schema.GetProperty("required")));
        Assert.Equal(["pRef", "beta", "groupSize", "groups"], Strings(Definitions.GetProperty("grid").GetProperty("required")));
        Assert.Single(Plan.Of(ExperimentRun.Read(File("", Plain))).Cells);
    }

    [Fact]
    public void Rules_of_advantage_are_all_there() => Assert.Equal(
        AdvantageRule.Named.Select(rule => rule.Name),
        Strings(Definitions.GetProperty("advantage").GetProperty("anyOf")[0].GetProperty("enum")));

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

    private static string[] Members(JsonElement schema) => [.. schema.GetProperty("properties").EnumerateObject().Select(member => member.Name)];

    private static string[] Strings(JsonElement list) => [.. list.EnumerateArray().Select(element => element.GetString()!)];
}
