using System.Text.Json.Nodes;
using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Tests.Experiments;

public class PlanTests
{
    [Fact]
    public void Cells_stand_in_the_order_of_the_file_the_last_member_varying_fastest()
    {
        var plan = Plan.Of(ExperimentRun.Read("""
            {
              "name": "order", "seed": 1, "iterations": 1, "replicates": 1,
              "grid": [
                { "pRef": [0.1, 0.2], "beta": [1, 2], "groupSize": 2, "groups": 1, "anchor": ["reference", "previous"] },
                { "pRef": 0.1, "beta": 3, "groupSize": { "from": 2, "to": 256, "count": 8, "scale": "log" }, "groups": 1 }
              ]
            }
            """));
        Assert.Equal(16, plan.Cells.Count);
        Assert.Equal([0.1, 0.1, 0.1, 0.1, 0.2], plan.Cells.Take(5).Select(cell => cell.PRef));
        Assert.Equal([1, 1, 2, 2, 1], plan.Cells.Take(5).Select(cell => cell.Beta));
        Assert.Equal(["reference", "previous", "reference"], plan.Cells.Take(3).Select(cell => cell.Anchor.Name));
        Assert.Equal([2, 4, 8, 16, 32, 64, 128, 256], plan.Cells.Skip(8).Select(cell => cell.GroupSize));
    }

    [Fact]
    public void A_cell_is_known_by_what_changes_its_law()
    {
        const string Text = """{"beta":1,"groupSize":8,"groups":64,"pRef":0.1,"sampler":"groups"}"""; // auto's choice
        Cell plain = CellOf("""{ "pRef": 0.1, "beta": 1, "groupSize": 8, "groups": 64 }""");
        Assert.Equal(Text, plain.CanonicalText);
        Assert.Equal("6c34860556c857a54c77dd9f4dea755f", plain.Id[..32]);

        // Members at their defaults change nothing, whatever is said.
        Assert.Equal(plain.Id, CellOf("""
            { "pRef": [0.1], "start": 0.1, "beta": 1.0, "epsilon": 0.0001, "groupSize": 8, "groups": 64,
              "advantage": "grpo", "anchor": "reference", "estimator": "importance" }
            """).Id);
        string[] others =
        [
            """{ "pRef": 0.2, "beta": 1, "groupSize": 8, "groups": 64 }""",
            """{ "pRef": 0.1, "start": 0.2, "beta": 1, "groupSize": 8, "groups": 64 }""",
            """{ "pRef": 0.1, "beta": 2, "groupSize": 8, "groups": 64 }""",
            """{ "pRef": 0.1, "beta": 1, "epsilon": 0, "groupSize": 8, "groups": 64 }""",
            """{ "pRef": 0.1, "beta": 1, "groupSize": 9, "groups": 64 }""",
            """{ "pRef": 0.1, "beta": 1, "groupSize": 8, "groups": 65 }""",
            """{ "pRef": 0.1, "beta": 1, "groupSize": 8, "groups": 64, "advantage": "rloo" }""",
            """{ "pRef": 0.1, "beta": 1, "groupSize": 8, "groups": 64, "advantage": { "scale": [0, 1, 1, 1, 1, 1, 1, 1, 0] } }""",
            """{ "pRef": 0.1, "beta": 1, "groupSize": 8, "groups": 64, "anchor": "previous" }""",
            """{ "pRef": 0.1, "beta": 1, "groupSize": 8, "groups": 64, "anchor": { "mixed": 0.5 } }""",
        ];
        Assert.Equal(others.Length + 1, others.Select(grid => CellOf(grid).Id).Append(plain.Id).Distinct().Count());
    }

    [Theory]
    [InlineData(2, 32, "rollouts")]
    [InlineData(2, 33, "groups")]
    [InlineData(128, 32, "rollouts")]
    [InlineData(129, 32, "groups")]
    [InlineData(16, 1023, "groups")]
    [InlineData(16, 1024, "counts")]
    [InlineData(511, 33, "groups")]
    [InlineData(512, 33, "counts")]
    [InlineData(4096, 1, "rollouts")]
    [InlineData(4096, 2, "counts")]
    [InlineData(16, 1_000_000_000_000, "counts")]
    public void The_sampler_is_chosen_by_group_size_and_groups_alone(int groupSize, long groups, string sampler)
    {
        Cell chosen = CellOf($$"""{ "pRef": 0.1, "beta": 1, "groupSize": {{groupSize}}, "groups": {{groups}} }""");
        Assert.Equal(sampler, ExperimentJson.Name(chosen.Sampler));
        Assert.Contains($"\"sampler\":\"{sampler}\"", chosen.CanonicalText, StringComparison.Ordinal);
    }

    [Fact]
    public void An_update_that_a_sampler_cannot_draw_is_refused()
    {
        const string Json = """
            {
              "name": "large", "seed": 1, "iterations": 1, "replicates": 1, "sampler": "rollouts",
              "grid": { "pRef": 0.1, "beta": 1, "groupSize": 16, "groups": 1e11 }
            }
            """;
        Assert.Contains("the counts sampler can", Assert.Throws<ExperimentException>(() => Plan.Of(ExperimentRun.Read(Json))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Generated_values_hit_their_ends()
    {
        var plan = Plan.Of(ExperimentRun.Read("""
            {
              "name": "ranges", "seed": 1, "iterations": 1, "replicates": 0,
              "grid": { "pRef": { "from": 0.01, "to": 0.9, "count": 12, "scale": "logit" }, "beta": { "from": 1, "to": 3, "count": 3 }, "groupSize": 2, "groups": 1 }
            }
            """));
        double[] pRef = [.. plan.Cells.Select(cell => cell.PRef).Distinct()];
        Assert.Equal(12, pRef.Length);
        Assert.Equal(0.01, pRef[0]);
        Assert.Equal(0.9, pRef[^1]);
        double[] logits = [.. pRef.Select(p => Math.Log(p / (1 - p)))];
        Assert.All(logits.Zip(logits.Skip(1)), pair => Assert.Equal((logits[^1] - logits[0]) / 11, pair.Second - pair.First, 1e-13));
        Assert.Equal([1, 2, 3], plan.Cells.Select(cell => cell.Beta).Distinct());
    }

    [Fact]
    public void Too_many_cells_are_counted_not_made()
    {
        ExperimentException refused = Assert.Throws<ExperimentException>(() => Plan.Of(ExperimentRun.Read("""
            {
              "name": "many", "seed": 1, "iterations": 1, "replicates": 1,
              "grid": { "pRef": { "from": 0.1, "to": 0.9, "count": 1000000 }, "beta": { "from": 1, "to": 9, "count": 1000000 }, "groupSize": 2, "groups": 1 }
            }
            """)));
        Assert.Contains("1,000,000,000,000 cells", refused.Message, StringComparison.Ordinal);
        Assert.Equal("$.grid", refused.Path);
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("1", "1")]
    [InlineData("-1.5", "-1.5")]
    [InlineData("0.1", "0.1")]
    [InlineData("1e-5", "0.00001")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("1e-7", "1e-7")]
    [InlineData("1.25e-7", "1.25e-7")]
    [InlineData("123456789012345680000", "123456789012345680000")]
    [InlineData("1e21", "1e+21")]
    [InlineData("1.5e300", "1.5e+300")]
    [InlineData("1000000000000", "1000000000000")]
    [InlineData("9007199254740991", "9007199254740991")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("333333333.3333332", "333333333.3333332")]
    public void Canonical_numbers_are_ecmascripts(string number, string expected) =>
        Assert.Equal(expected, CanonicalJson.Of(JsonNode.Parse(number)));

    [Fact]
    public void Canonical_text_is_rfc_8785()
    {
        // The example of RFC 8785, section 3.2.2 and 3.2.3, but for its numbers above.
        JsonNode? node = JsonNode.Parse("""{ "peach": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false], "a": {} }""");
        Assert.Equal("{\"a\":{},\"literals\":[null,true,false],\"peach\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}", CanonicalJson.Of(node));
    }

    private static Cell CellOf(string grid) => Assert.Single(Plan.Of(ExperimentRun.Read(
        $$"""{ "name": "cell", "seed": 1, "iterations": 1, "replicates": 1, "grid": {{grid}} }""")).Cells);
}
