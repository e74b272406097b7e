using System.Text.Json;
using GrpoMonteCarlo.Tests.Reference;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;
using static GrpoMonteCarlo.Tests.Reference.ReferenceVectors;

namespace GrpoMonteCarlo.Tests.Theory;

/// <summary>The closed forms against values computed elsewhere in 50-digit arithmetic.</summary>
public class ReferenceVectorTests
{
    private static readonly Dictionary<string, string> RuleOfKind = new()
    {
        ["pop"] = "grpo",
        ["ddof1_out"] = "grpo-sample-std",
        ["mean"] = "dr-grpo",
        ["rloo"] = "rloo",
    };

    [Fact]
    public void Iterates_fixed_points_and_periods_of_the_recurrence()
    {
        foreach (JsonElement row in Section("recursion"))
        {
            Recurrence recurrence = RecurrenceOf(row, "grpo", alpha: 1);
            SuccessProbability[] iterates = AssertIterates(row, recurrence);

            IReadOnlyList<FixedPoint> found = new FixedPoints(recurrence.Omega).Of(recurrence);
            JsonElement[] expected = [.. row.GetProperty("fixed_points").EnumerateArray()];
            Assert.True(expected.Length == found.Count, $"{row}: {found.Count} fixed points");
            foreach ((JsonElement point, FixedPoint actual) in expected.Zip(found))
            {
                AssertClose(point.Number("p"), actual.P.P, 1e-10, "p*");
                AssertRelative(point.Number("one_minus_p"), actual.P.OneMinusP, 1e-9, "1-p*");
                AssertClose(point.Number("logit"), actual.P.Logit, 1e-11, "logit p*");
                AssertClose(point.Number("h_prime"), actual.Derivative, 1e-8, "h'");
                Assert.Equal(point.GetProperty("stable").GetBoolean(), actual.Stable);
            }

            Orbit orbit = Orbit.Follow(recurrence, iterates[0]);
            Assert.Equal(row.GetProperty("longrun_period").GetInt32(), orbit.Period);
            AssertClose(row.Numbers("longrun_orbit_p")[0], orbit.Points[0].P, 1e-10, "limit");
        }
    }

    [Fact]
    public void Omega_and_its_derivative()
    {
        foreach (JsonElement row in Section("omega_table"))
        {
            AdvantageRule rule = RuleNamed(RuleOfKind[row.GetProperty("kind").GetString()!]);
            var p = SuccessProbability.FromP(row.Number("p"));
            Omega omega = OmegaOf(row, rule);
            AssertRelative(row.Number("Omega"), omega.At(p), 1e-12, $"Omega of {row}");
            AssertClose(row.Number("dOmega_dp"), omega.LogitDerivativeAt(p) / p.Variance, 1e-11, $"Omega' of {row}");
            if (omega is FiniteGroupOmega finite)
            {
                double informative = finite.MomentsAt(p.P, p.OneMinusP).Informative;
                AssertRelative(row.Number("P_nondegenerate"), informative, 1e-12, $"informative share of {row}");
            }
        }
    }

    [Fact]
    public void Iterates_of_the_variants()
    {
        foreach (JsonElement row in Section("variants"))
        {
            string variant = row.GetProperty("variant").GetString()!;
            string rule = variant.StartsWith("drgrpo", StringComparison.Ordinal) ? "dr-grpo"
                : variant.Contains("ddof1", StringComparison.Ordinal) ? "grpo-sample-std"
                : "grpo";
            double alpha = variant.Contains("mirror", StringComparison.Ordinal) ? 0
                : variant.Contains("twokl", StringComparison.Ordinal) ? row.Number("alpha")
                : 1;
            AssertIterates(row, RecurrenceOf(row, rule, alpha), startsAfterFirstUpdate: true);
        }
    }

    [Fact]
    public void One_expected_update()
    {
        foreach (JsonElement row in Section("stochastic_one_step"))
        {
            var start = SuccessProbability.FromP(row.Number("p_old"));
            var reference = SuccessProbability.FromP(row.Number("p_ref"));
            AdvantageRule grpo = RuleNamed("grpo");
            double epsilon = row.Number("eps");
            var finite = new Recurrence(grpo.FiniteGroup(row.GetProperty("G").GetInt32(), epsilon), 1, reference, row.Number("beta"));
            var population = new Recurrence(grpo.Population(epsilon)!, 1, reference, row.Number("beta"));
            AssertClose(row.Number("A_expected_objective_p1"), finite.Next(start).P, 1e-12, $"finite {row}");
            AssertClose(row.Number("population_p1"), population.Next(start).P, 1e-12, $"population {row}");
        }
    }

    private static AdvantageRule RuleNamed(string name) => AdvantageRule.Named.Single(rule => rule.Name == name);

    private static Omega OmegaOf(JsonElement row, AdvantageRule rule)
    {
        double epsilon = row.GetProperty("eps").ValueKind == JsonValueKind.Null ? 0 : row.Number("eps");
        JsonElement groupSize = row.GetProperty("G");
        return groupSize.ValueKind == JsonValueKind.Number ? rule.FiniteGroup(groupSize.GetInt32(), epsilon) : rule.Population(epsilon)!;
    }

    private static Recurrence RecurrenceOf(JsonElement row, string rule, double alpha) => new(
        OmegaOf(row, RuleNamed(rule)), alpha, SuccessProbability.FromP(row.Number("p_ref")), row.Number("beta"));

    // The tables list p_1, p_2, ... from p_0 = p_ref.
    private static SuccessProbability[] AssertIterates(JsonElement row, Recurrence recurrence, bool startsAfterFirstUpdate = true)
    {
        double[] logits = row.Numbers("logit_p");
        SuccessProbability[] iterates = recurrence.Iterate(recurrence.Reference, logits.Length);
        int offset = startsAfterFirstUpdate ? 1 : 0;
        for (int n = 0; n < logits.Length; n++)
        {
            SuccessProbability p = iterates[n + offset];
            AssertClose(logits[n], p.Logit, 1e-11, $"logit p_{n + offset} of {row}");
            AssertRelative(row.Numbers("one_minus_p")[n], p.OneMinusP, 1e-9, $"1-p_{n + offset} of {row}");
        }

        return iterates;
    }
}
