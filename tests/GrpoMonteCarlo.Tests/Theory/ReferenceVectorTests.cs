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
            AssertRelative(row.Number("omega_plus"), p.OneMinusP * omega.At(p), 1e-12, $"omega+ of {row}");
            AssertRelative(row.Number("omega_minus"), p.P * omega.At(p), 1e-12, $"omega- of {row}");
            if (omega is FiniteGroupOmega finite)
            {
                double informative = finite.MomentsAt(p.P, p.OneMinusP).Informative;
                AssertRelative(row.Number("P_nondegenerate"), informative, 1e-12, $"informative share of {row}");
                double resampled = new InformativeOmega(finite, 1e13).At(p);
                AssertRelative(row.Number("Omega_dynamic_sampling"), resampled, 1e-12, $"Omega with dynamic sampling of {row}");
            }
            else
            {
                AssertClose(row.Number("one_over_G_coefficient_of_Omega_G"), FirstOrder(p, row.Number("eps")), 1e-12, $"c_1 of {row}");
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

            // One group: each K's own step, degenerate groups included (plug-in) or without effect (self-normalized at M = 1).
            double[] scale = [.. grpo.Scale(row.GetProperty("G").GetInt32(), epsilon)];
            double[] informative = [0, .. scale[1..^1], 0];
            double[] plugIn = [.. scale.Select(NextP)];
            AssertRelative(row.Number("B_plugin_Omega(phat)_incl_degenerate_E_p1"), new PlugInOmega(plugIn).At(start), 1e-12, $"plug-in {row}");
            double[] alone = [.. informative.Select(NextP)];
            AssertRelative(row.Number("C_per_group_optimum_degenerate->p_ref_E_p1"), new PlugInOmega(alone).At(start), 1e-12, $"alone {row}");
            AssertRelative(row.Number("E_Omega(phat)_plugin"), new PlugInOmega(scale).At(start), 1e-12, $"mean plug-in step {row}");
            AssertRelative(
                new PlugInOmega(informative).At(start), new SelfNormalizedOmega(scale, 1).At(start), 1e-13, $"mean step alone {row}");

            double NextP(double step) => SuccessProbability.FromLogit(reference.Logit + (step / row.Number("beta"))).P;
        }
    }

    [Fact]
    public void Stationary_points_of_k3()
    {
        foreach (JsonElement row in Section("k3_onpolicy_stationary"))
        {
            var flow = new GradientFlow(
                OmegaOf(row, RuleNamed("grpo")), KlPenalty.K3, SuccessProbability.FromP(row.Number("p_ref")), row.Number("beta"));
            double[] expected = row.Numbers("stationary_p");
            Assert.Equal(expected.Length, flow.StationaryPoints.Count);
            for (int i = 0; i < expected.Length; i++)
            {
                AssertRelative(expected[i], flow.StationaryPoints[i].P.P, 1e-12, $"p of {row}");
                AssertRelative(row.Numbers("stationary_one_minus_p")[i], flow.StationaryPoints[i].P.OneMinusP, 1e-12, $"1-p of {row}");
            }
        }
    }

    [Fact]
    public void Finite_groups_differ_from_the_population_by_c1_over_G()
    {
        foreach (JsonElement row in Section("omega_table").Where(row => row.TryGetProperty("one_over_G_coefficient_of_Omega_G", out _)))
        {
            double epsilon = row.Number("eps");
            var p = SuccessProbability.FromP(row.Number("p"));
            if (p.Variance > 0.01)
            {
                double population = RuleNamed("grpo").Population(epsilon)!.At(p);
                double extrapolated = (2 * Scaled(8192)) - Scaled(4096);
                AssertRelative(row.Number("one_over_G_coefficient_of_Omega_G"), extrapolated, 1e-4, $"c_1 of {row}");

                double Scaled(int groupSize) => groupSize * (RuleNamed("grpo").FiniteGroup(groupSize, epsilon).At(p) - population);
            }
        }
    }

    // theory.md section 4: c_1 of grpo.
    private static double FirstOrder(SuccessProbability p, double epsilon)
    {
        double v = p.Variance;
        double smoothed = v + epsilon;
        double skew = p.OneMinusP - p.P;
        return 0.5 * ((-(v + (4 * epsilon)) * skew * skew / (4 * Math.Pow(smoothed, 2.5))) - ((v + (2 * epsilon)) / Math.Pow(smoothed, 1.5)));
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
