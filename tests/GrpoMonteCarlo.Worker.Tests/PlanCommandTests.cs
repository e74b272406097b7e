using System.Globalization;
using System.Text.Json;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary><c>grpomc plan</c>: text, JSON, the table and the simulation that confirms an answer.</summary>
public sealed class PlanCommandTests : IDisposable
{
    private static readonly string[] Example = ["plan", "--p-ref", "0.3", "--beta", "2", "--tolerance", "0.01"];

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void The_JSON_has_the_answer_and_the_numbers_to_check_it_by()
    {
        JsonElement root = Json(Example);
        Assert.Equal(["setting", "answer", "population", "finiteGroup", "predicted", "formulas", "holdsFor"], root.EnumerateObject().Select(member => member.Name));
        JsonElement answer = root.GetProperty("answer");
        int g = answer.GetProperty("groupSize").GetInt32();
        double population = root.GetProperty("population").GetProperty("p").GetDouble();
        double finite = root.GetProperty("finiteGroup").GetProperty("p").GetDouble();
        double bias = root.GetProperty("predicted").GetProperty("bias").GetDouble();
        Assert.Equal(finite - population, bias, 1e-15);
        Assert.InRange(Math.Abs(bias), 0, 0.008);

        // What grpomc theory says of both, to the last digits.
        Assert.Equal(population, Limit(), 1e-11);
        Assert.Equal(finite, Limit("--group-size", g.ToString(CultureInfo.InvariantCulture)), 1e-11);
        Assert.True(population - Limit("--group-size", (g - 1).ToString(CultureInfo.InvariantCulture)) > 0.008);
        double sd = root.GetProperty("predicted").GetProperty("sd").GetDouble();
        Assert.InRange(sd, 0, 0.01);
        Assert.InRange(sd / Math.Sqrt(answer.GetProperty("replicates").GetInt64()), 0, 0.001);
        Assert.NotEmpty(root.GetProperty("formulas").EnumerateArray());
        Assert.Contains("Omega_G, section 4", root.GetProperty("formulas")[0].GetString(), StringComparison.Ordinal);
        Assert.Contains("exact maximiser", root.GetProperty("holdsFor").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_text_says_the_same_and_for_which_update()
    {
        JsonElement answer = Json(Example).GetProperty("answer");
        string text = Text(Example);
        Assert.StartsWith($"G {answer.GetProperty("groupSize")}, M {answer.GetProperty("groups")}: ", text, StringComparison.Ordinal);
        Assert.Contains("0.538803", text, StringComparison.Ordinal);
        Assert.Contains("Omega_G, section 4", text, StringComparison.Ordinal);
        Assert.Contains("exact maximiser", text, StringComparison.Ordinal);
        Assert.Equal(Text(Example), Text([.. Example, "--update", "tied"])); // as experiment files call it
        string gradient = Text([.. Example, "--update", "gradient"]);
        Assert.Contains("p - p_ref = p(1-p) Omega(p)/beta", gradient, StringComparison.Ordinal);
        Assert.Contains("0.548758", gradient, StringComparison.Ordinal); // k3's fixed point
        Assert.Contains("gradient step of 0.1", gradient, StringComparison.Ordinal);
        Assert.Contains("0.538803", Text([.. Example, "--update", "gradient", "--kl", "k2"]), StringComparison.Ordinal); // the paper's
    }

    [Theory]
    [InlineData]
    [InlineData("--update", "gradient", "--learning-rate", "0.5")]
    [InlineData("--update", "gradient", "--steps", "4")]
    [InlineData("--advantage", "dr-grpo", "--anchor", "mixed", "--alpha", "0.5")]
    public void Verify_simulates_and_prints_measured_beside_predicted(params string[] more)
    {
        string text = Text([.. Example, "--verify", .. more]);
        Assert.EndsWith("it holds\n", text, StringComparison.Ordinal);
        Assert.Contains("measured", text, StringComparison.Ordinal);
        JsonElement verified = Json([.. Example, "--verify", .. more]).GetProperty("verified");
        Assert.True(verified.GetProperty("holds").GetBoolean());
        Assert.Equal(verified.GetProperty("predictedSd").GetDouble(), verified.GetProperty("sd").GetDouble(), 0.1 * verified.GetProperty("sd").GetDouble());
    }

    [Fact]
    public void A_population_of_prompts_has_an_answer_for_its_mean_and_the_prompt_that_is_worst_off()
    {
        string[] arguments = ["plan", "--prompts-beta", "2,5", "--prompts", "30", "--beta", "5", "--tolerance", "0.01", "--verify"];
        JsonElement root = Json(arguments);
        Assert.Equal(
            ["setting", "answer", "population", "finiteGroup", "largestBias", "predicted", "formulas", "holdsFor", "verified"],
            root.EnumerateObject().Select(member => member.Name));
        JsonElement prompts = root.GetProperty("setting").GetProperty("prompts");
        Assert.Equal("""{"count":30,"beta":[2,5],"seed":2503}""", JsonSerializer.Serialize(new
        {
            count = prompts.GetProperty("count").GetInt32(),
            beta = prompts.GetProperty("beta").EnumerateArray().Select(shape => shape.GetInt32()),
            seed = prompts.GetProperty("seed").GetInt32(),
        }));
        Assert.InRange(prompts.GetProperty("meanPRef").GetDouble(), 0.2, 0.4);
        double bias = root.GetProperty("finiteGroup").GetProperty("p").GetDouble() - root.GetProperty("population").GetProperty("p").GetDouble();
        Assert.Equal(bias, root.GetProperty("predicted").GetProperty("bias").GetDouble(), 1e-14);
        Assert.InRange(Math.Abs(bias), 0, 0.008);

        // The worst prompt by itself, asked about as one.
        JsonElement worst = root.GetProperty("largestBias");
        Assert.True(Math.Abs(worst.GetProperty("bias").GetDouble()) > Math.Abs(bias));
        JsonElement alone = Json(
            ["theory", "--beta", "5", "--p-ref", worst.GetProperty("pRef").GetRawText(), "--group-size", root.GetProperty("answer").GetProperty("groupSize").GetRawText()]);
        Assert.Equal(alone.GetProperty("orbit").GetProperty("points")[0].GetProperty("p").GetDouble(), worst.GetProperty("finiteGroup").GetDouble(), 1e-10);
        Assert.True(root.GetProperty("verified").GetProperty("holds").GetBoolean());

        string text = Text(arguments);
        Assert.Contains("rollouts an update of each of 30 prompts", text, StringComparison.Ordinal);
        Assert.Contains("largest bias, p_ref 0.", text, StringComparison.Ordinal);
        Assert.Contains("drawn from Beta(2, 5) as an experiment of seed 2503 draws them", text, StringComparison.Ordinal);
        Assert.EndsWith("it holds\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Inner_steps_are_named_with_their_formulas()
    {
        string text = Text([.. Example, "--update", "gradient", "--steps", "4"]);
        Assert.Contains("4 gradient steps of 0.1 an update on the same rollouts", text, StringComparison.Ordinal);
        Assert.Contains("mu does not move the fixed points", text, StringComparison.Ordinal);
        Assert.Contains("0.548758", text, StringComparison.Ordinal); // k3's fixed point, as with one step
        Assert.Contains("sd of the share of successes", text, StringComparison.Ordinal);
        Assert.Equal(4, Json([.. Example, "--update", "gradient", "--steps", "4"]).GetProperty("setting").GetProperty("steps").GetInt32());
    }

    [Fact]
    public void A_budget_whose_best_split_is_out_of_range_says_what_looked_better()
    {
        string[] arguments = ["plan", "--p-ref", "0.05", "--beta", "2", "--budget", "200", "--advantage", "dr-grpo"];
        JsonElement root = Json(arguments);
        JsonElement better = root.GetProperty("answer").GetProperty("betterOutOfRange");
        Assert.True(better.GetProperty("error").GetDouble() < root.GetProperty("predicted").GetProperty("error").GetDouble());
        Assert.InRange(root.GetProperty("predicted").GetProperty("logitSd").GetDouble(), 0, 0.1);
        Assert.Contains($"G {better.GetProperty("groupSize")}, M {better.GetProperty("groups")} looks better", Text(arguments), StringComparison.Ordinal);
    }

    [Fact]
    public void The_start_that_an_answer_holds_for_is_said() => Assert.Contains("started at p_ref 0.3\n", Text(Example), StringComparison.Ordinal);

    [Fact]
    public void A_budget_is_split()
    {
        JsonElement root = Json(["plan", "--p-ref", "0.01", "--beta", "2", "--budget", "65536"]);
        JsonElement answer = root.GetProperty("answer");
        Assert.InRange(answer.GetProperty("groups").GetInt64() * answer.GetProperty("groupSize").GetInt32(), 65536 - 4096, 65536);
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("replicates").ValueKind);
        Assert.Contains("split of 65,536 rollouts", Text(["plan", "--p-ref", "0.01", "--beta", "2", "--budget", "65536"]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_has_a_row_for_each_reference_as_text_and_as_CSV()
    {
        string[] table = ["plan", "--beta", "2", "--tolerance", "0.01", "--table"];
        string[] rows = Text(table).Split('\n');
        Assert.Equal(["p_ref", "p_star", "G", "M", "rollouts", "updates", "p_star_G", "bias", "sd"], Words(rows[0]));
        string[] at3 = Words(Assert.Single(rows, row => row.TrimStart().StartsWith("0.3 ", StringComparison.Ordinal)));
        JsonElement answer = Json(Example).GetProperty("answer");
        Assert.Equal(answer.GetProperty("groupSize").GetRawText(), at3[2]);
        Assert.Equal(answer.GetProperty("groups").GetRawText(), at3[3]);

        string[] csv = Text([.. table, "--csv"]).TrimEnd('\n').Split('\n');
        Assert.Equal(13, csv.Length);
        Assert.All(csv, line => Assert.Equal(10, line.Split(',').Length));
        Assert.Equal(at3[2], Assert.Single(csv, line => line.StartsWith("0.3,", StringComparison.Ordinal)).Split(',')[2]);
    }

    [Fact]
    public void A_row_that_is_refused_says_why()
    {
        string text = Text(["plan", "--beta", "5", "--tolerance", "0.03", "--table"]);
        Assert.Matches("(?m)^ *0\\.01 +0\\.0309842 +- ", text);
        Assert.Contains("p_ref 0.01: tolerance: 0.03 is as much as the whole way", text, StringComparison.Ordinal);
    }

    private double Limit(params string[] more)
    {
        using var document = JsonDocument.Parse(Text(["theory", "--p-ref", "0.3", "--beta", "2", "--json", .. more]));
        return document.RootElement.GetProperty("orbit").GetProperty("points")[0].GetProperty("p").GetDouble();
    }

    private JsonElement Json(string[] arguments)
    {
        using var document = JsonDocument.Parse(Text([.. arguments, "--json"]));
        return document.RootElement.Clone();
    }

    private string Text(string[] arguments)
    {
        Answer answer = _workspace.Run(arguments).Expect(0);
        Assert.Equal("", answer.Errors);
        return answer.Output;
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
