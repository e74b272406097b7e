using System.Text.Json;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary><c>grpomc theory</c>: the closed forms as text and as JSON.</summary>
public sealed class TheoryTests : IDisposable
{
    // theory.md section 4.
    private static readonly string[] Example = ["theory", "--p-ref", "0.2", "--beta", "1", "--epsilon", "1e-5", "--start", "0.1"];

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void The_population_has_three_fixed_points()
    {
        JsonElement root = Json(Example);
        JsonElement[] points = [.. root.GetProperty("fixedPoints").EnumerateArray()];
        Assert.Equal(3, points.Length);
        AssertPoint(points[0], 0.681283, stable: true);
        AssertPoint(points[1], 0.934714, stable: false);
        Assert.Equal(1, points[2].GetProperty("p").GetDouble());
        Assert.True(points[2].GetProperty("stable").GetBoolean());

        // (1-p_ref)/p_ref exp(-1/(beta sqrt(epsilon))), theory.md section 8.
        double near1 = points[2].GetProperty("oneMinusP").GetDouble();
        Assert.InRange(near1 / (4 * Math.Exp(-1 / Math.Sqrt(1e-5))), 0.99, 1.01);

        JsonElement orbit = root.GetProperty("orbit");
        Assert.Equal("limit", orbit.GetProperty("kind").GetString());
        Assert.Equal(1, orbit.GetProperty("period").GetInt32());
        Assert.Equal(0.681283, Assert.Single(orbit.GetProperty("points").EnumerateArray()).GetProperty("p").GetDouble(), 6);

        // B(p*) of theory.md section 3; with beta 1 it is h'(p*) where p* > 1/2.
        double p = points[0].GetProperty("p").GetDouble();
        double v = p * (1 - p);
        double bound = v * Math.Abs((2 * p) - 1) / (2 * Math.Pow(v + 1e-5, 1.5));
        Assert.Equal(bound, root.GetProperty("stabilityBound").GetDouble(), 1e-9);
        Assert.Equal(bound, points[0].GetProperty("derivative").GetDouble(), 1e-9);
    }

    [Fact]
    public void A_group_of_16_has_one()
    {
        JsonElement root = Json([.. Example, "--group-size", "16"]);
        AssertPoint(Assert.Single(root.GetProperty("fixedPoints").EnumerateArray()), 0.654284, stable: true);
        Assert.Equal(0.654284, root.GetProperty("orbit").GetProperty("points")[0].GetProperty("p").GetDouble(), 6);
    }

    [Fact]
    public void The_text_says_the_same()
    {
        string population = Text(Example);
        Assert.Contains("0.681283", population, StringComparison.Ordinal);
        Assert.Contains("0.93471", population, StringComparison.Ordinal);
        string[] lines = population.Split('\n');
        int at = Array.FindIndex(lines, line => line.StartsWith("fixed points", StringComparison.Ordinal));
        Assert.EndsWith("yes", lines[at + 2], StringComparison.Ordinal);
        Assert.EndsWith("no", lines[at + 3], StringComparison.Ordinal);
        Assert.EndsWith("yes", lines[at + 4], StringComparison.Ordinal);
        Assert.Equal("", lines[at + 5]);
        Assert.Contains("limit 0.681283", lines[at + 6], StringComparison.Ordinal);

        string group = Text([.. Example, "--group-size", "16"]);
        Assert.Contains("0.654283", group, StringComparison.Ordinal);
        Assert.DoesNotContain("0.9347", group, StringComparison.Ordinal);
    }

    [Fact]
    public void The_JSON_has_the_shape_of_the_contract()
    {
        JsonElement root = Json([.. Example, "--iterations", "7"]);
        Assert.Equal(["iterates", "fixedPoints", "orbit", "stabilityBound"], NamesOf(root));
        JsonElement[] iterates = [.. root.GetProperty("iterates").EnumerateArray()];
        Assert.Equal(Enumerable.Range(0, 8), iterates.Select(iterate => iterate.GetProperty("n").GetInt32()));
        Assert.All(iterates, iterate => Assert.Equal(["n", "p", "oneMinusP", "logit"], NamesOf(iterate)));
        Assert.Equal(0.1, iterates[0].GetProperty("p").GetDouble(), 1e-15);
        Assert.All(root.GetProperty("fixedPoints").EnumerateArray(), point => Assert.Equal(["p", "oneMinusP", "logit", "derivative", "stable"], NamesOf(point)));
        Assert.Equal(["kind", "period", "points"], NamesOf(root.GetProperty("orbit")));
        Assert.All(root.GetProperty("orbit").GetProperty("points").EnumerateArray(), point => Assert.Equal(["p", "oneMinusP", "logit"], NamesOf(point)));
    }

    [Fact]
    public void The_iterates_follow_the_recurrence_to_the_last_digits()
    {
        // L_n = L_ref + Omega(p_{n-1})/beta. The numbers are printed with all their digits, so the check can be as tight.
        JsonElement[] iterates = [.. Json([.. Example, "--iterations", "20"]).GetProperty("iterates").EnumerateArray()];
        for (int n = 1; n < iterates.Length; n++)
        {
            double p = iterates[n - 1].GetProperty("p").GetDouble();
            double expected = Math.Log(0.2 / 0.8) + (1 / Math.Sqrt((p * (1 - p)) + 1e-5));
            Assert.Equal(expected, iterates[n].GetProperty("logit").GetDouble(), 1e-13);
            Assert.Equal(1, iterates[n].GetProperty("p").GetDouble() + iterates[n].GetProperty("oneMinusP").GetDouble(), 1e-15);
        }
    }

    [Fact]
    public void Without_a_start_the_iterates_begin_at_p_ref() =>
        Assert.Equal(0.2, Json(["theory", "--p-ref", "0.2", "--beta", "1"]).GetProperty("iterates")[0].GetProperty("p").GetDouble(), 1e-15);

    [Fact]
    public void The_mirror_ends_in_the_limit_1()
    {
        JsonElement root = Json([.. Example, "--anchor", "previous", "--iterations", "3"]);
        JsonElement orbit = root.GetProperty("orbit");
        Assert.Equal("limit", orbit.GetProperty("kind").GetString());
        JsonElement limit = Assert.Single(orbit.GetProperty("points").EnumerateArray());
        Assert.Equal(1, limit.GetProperty("p").GetDouble());
        Assert.Equal(0, limit.GetProperty("oneMinusP").GetDouble());
        Assert.Equal(JsonValueKind.Null, limit.GetProperty("logit").ValueKind);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("stabilityBound").ValueKind);
        Assert.Contains("the limit 1", Text([.. Example, "--anchor", "previous"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Dr_GRPO_takes_the_mirror_up_by_equal_steps()
    {
        // L_n = L_ref + n/beta, theory.md section 3.
        JsonElement[] iterates = [.. Json(["theory", "--p-ref", "0.2", "--beta", "4", "--advantage", "dr-grpo", "--anchor", "previous"]).GetProperty("iterates").EnumerateArray()];
        Assert.All(iterates.Index(), iterate => Assert.Equal(Math.Log(0.25) + (iterate.Index / 4.0), iterate.Item.GetProperty("logit").GetDouble(), 1e-13));
    }

    [Fact]
    public void The_mixed_anchor_has_its_own_fixed_point()
    {
        // alpha (L* - L_ref) = Omega(p*) / beta; with dr-grpo Omega = 1.
        JsonElement root = Json(["theory", "--p-ref", "0.2", "--beta", "4", "--advantage", "dr-grpo", "--anchor", "mixed", "--alpha", "0.5"]);
        JsonElement point = Assert.Single(root.GetProperty("fixedPoints").EnumerateArray());
        Assert.Equal(Math.Log(0.25) + (1 / (0.5 * 4)), point.GetProperty("logit").GetDouble(), 1e-10);
        Assert.Equal(0.5, point.GetProperty("derivative").GetDouble(), 1e-10);
    }

    [Fact]
    public void A_two_cycle_is_found()
    {
        // theory.md section 8.
        JsonElement orbit = Json(["theory", "--p-ref", "0.001", "--beta", "5", "--epsilon", "1e-5", "--start", "0.1"]).GetProperty("orbit");
        Assert.Equal("cycle", orbit.GetProperty("kind").GetString());
        Assert.Equal(2, orbit.GetProperty("period").GetInt32());
        double[] points = [.. orbit.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("p").GetDouble()).Order()];
        Assert.Equal(2, points.Length);
        Assert.Equal(0.00234, points[0], 5e-6);
        Assert.Equal(0.0587, points[1], 5e-5);
        Assert.Contains("period 2", Text(["theory", "--p-ref", "0.001", "--beta", "5", "--epsilon", "1e-5", "--start", "0.1"]), StringComparison.Ordinal);
    }

    [Fact]
    public void An_erratic_orbit_is_called_so()
    {
        string[] arguments = ["theory", "--p-ref", "1e-4", "--beta", "5", "--epsilon", "1e-5", "--start", "0.1", "--iterations", "50"];
        JsonElement root = Json(arguments);
        Assert.Equal("erratic", root.GetProperty("orbit").GetProperty("kind").GetString());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("orbit").GetProperty("period").ValueKind);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("stabilityBound").ValueKind);

        // What the paper's figure 5 prints as a limit is iterate 50 (theory.md section 7).
        Assert.Equal(0.0442, root.GetProperty("iterates")[50].GetProperty("p").GetDouble(), 5e-5);
        Assert.Contains("nowhere", Text(arguments), StringComparison.Ordinal);
    }

    [Fact]
    public void A_given_scale_has_its_own_Omega()
    {
        // s = (7, 2, 2, 9) for G = 3: phi(1) = phi(2) = 2/9 * 2, so Omega_3 = 3 * 4/9 * ((1-p) + p) = 4/3.
        JsonElement[] iterates = [.. Json(["theory", "--p-ref", "0.3", "--beta", "2", "--group-size", "3", "--advantage", "{\"scale\":[7,2,2,9]}"]).GetProperty("iterates").EnumerateArray()];
        Assert.Equal(Math.Log(3.0 / 7) + (4.0 / 3 / 2), iterates[1].GetProperty("logit").GetDouble(), 1e-13);
        Assert.Equal(Math.Log(3.0 / 7) + (4.0 / 3 / 2), iterates[^1].GetProperty("logit").GetDouble(), 1e-13);
    }

    [Theory]
    [InlineData("grpo")]
    [InlineData("grpo-sample-std")]
    [InlineData("dr-grpo")]
    [InlineData("rloo")]
    [InlineData("maxrl")]
    public void Every_rule_has_both_closed_forms_and_large_groups_near_the_population(string rule)
    {
        double One(params string[] more) => Json(["theory", "--p-ref", "0.3", "--beta", "2", "--advantage", rule, "--iterations", "1", .. more])
            .GetProperty("iterates")[1].GetProperty("logit").GetDouble();
        double population = One();
        double far = Math.Abs(One("--group-size", "64") - population);
        double near = Math.Abs(One("--group-size", "4096") - population);
        Assert.True(far < 0.1, $"{far}");
        Assert.True(near < (far / 32) + 1e-13, $"{near} against {far}"); // the difference goes as 1/G
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

    private static void AssertPoint(JsonElement point, double p, bool stable)
    {
        Assert.Equal(p, point.GetProperty("p").GetDouble(), 6);
        Assert.Equal(1 - p, point.GetProperty("oneMinusP").GetDouble(), 6);
        Assert.Equal(Math.Log(p / (1 - p)), point.GetProperty("logit").GetDouble(), 1e-4);
        Assert.Equal(stable, point.GetProperty("stable").GetBoolean());
        Assert.Equal(stable, Math.Abs(point.GetProperty("derivative").GetDouble()) < 1);
    }

    private static string[] NamesOf(JsonElement element) => [.. element.EnumerateObject().Select(property => property.Name)];
}
