using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Theory;

public class GradientFlowTests
{
    private const double Epsilon = 1e-5;

    private static AdvantageRule Grpo => AdvantageRule.Named[0];

    [Theory]
    [InlineData(KlPenalty.K2, 8, 0.38480)]
    [InlineData(KlPenalty.K3, 8, 0.38978)]
    [InlineData(KlPenalty.K2, null, 0.39229)]
    [InlineData(KlPenalty.K3, null, 0.39789)]
    public void K3_settles_elsewhere_than_the_closed_form(KlPenalty penalty, int? groupSize, double expected)
    {
        // theory.md section 5: p_ref 0.3, beta 5, epsilon 1e-5.
        Omega omega = groupSize is int g ? Grpo.FiniteGroup(g, Epsilon) : Grpo.Population(Epsilon)!;
        var flow = new GradientFlow(omega, penalty, SuccessProbability.FromP(0.3), 5);
        Assert.Equal(expected, flow.StationaryPoints[0].P.P, 5e-6);
        Assert.True(flow.StationaryPoints[0].Stable);
        Assert.Equal(flow.StationaryPoints[0].P, flow.EndFrom(SuccessProbability.FromP(0.1)));
    }

    [Theory]
    [InlineData(0.2, 1)]
    [InlineData(0.001, 5)]
    [InlineData(0.8, 0.01)]
    [InlineData(1e-30, 3)]
    public void K2_and_corrected_k3_have_the_papers_fixed_points(double reference, double beta)
    {
        foreach (Omega omega in new Omega[] { Grpo.Population(Epsilon)!, Grpo.FiniteGroup(16, Epsilon) })
        {
            var recurrence = new Recurrence(omega, 1, SuccessProbability.FromP(reference), beta);
            IReadOnlyList<FixedPoint> expected = new FixedPoints(omega).Of(recurrence);
            foreach (KlPenalty penalty in new[] { KlPenalty.Exact, KlPenalty.K2, KlPenalty.CorrectedK3 })
            {
                IReadOnlyList<StationaryPoint> found = new GradientFlow(omega, penalty, recurrence.Reference, beta).StationaryPoints;
                Assert.Equal(expected.Count, found.Count);
                foreach ((FixedPoint point, StationaryPoint actual) in expected.Zip(found))
                {
                    Assert.Equal(point.P.Logit, actual.P.Logit, 1e-12 * Math.Max(1, Math.Abs(point.P.Logit)));
                    Assert.Equal(point.Derivative < 1, actual.Stable); // small steps also settle where the recurrence oscillates
                    Assert.Equal(beta * (point.Derivative - 1), actual.Slope, 1e-9 * beta);
                }
            }
        }
    }

    /// <summary>The gradient itself, averaged over all groups, each sampled penalty differentiated by the logit of its own rollout.</summary>
    [Theory]
    [InlineData(KlPenalty.K1, true)]
    [InlineData(KlPenalty.K1, false)]
    [InlineData(KlPenalty.K2, true)]
    [InlineData(KlPenalty.K2, false)]
    [InlineData(KlPenalty.K3, true)]
    [InlineData(KlPenalty.K3, false)]
    [InlineData(KlPenalty.CorrectedK3, true)]
    [InlineData(KlPenalty.Exact, true)]
    public void The_drift_is_the_mean_gradient(KlPenalty penalty, bool masked)
    {
        const int G = 5;
        const double Beta = 0.7;
        double[] scale = [.. Grpo.Scale(G, Epsilon)];
        var reference = SuccessProbability.FromP(0.3);
        var flow = new GradientFlow(Grpo.FiniteGroup(G, Epsilon), penalty, reference, Beta, masked ? G : null);
        foreach (double logit in new[] { -6.0, -1, 0.4, 3 })
        {
            double expected = 0;
            for (int k = 0; k <= G; k++)
            {
                double p = Sigmoid(logit);
                double weight = Enumerable.Range(0, k).Aggregate(1.0, (c, i) => c * (G - i) / (i + 1)) * Math.Pow(p, k) * Math.Pow(1 - p, G - k);
                double share = (double)k / G;
                bool counts = !masked || penalty == KlPenalty.Exact || (k > 0 && k < G);
                double advantage = k == 0 || k == G ? 0 : (share * (1 - share) * scale[k] * (1 - p)) + ((1 - share) * share * scale[k] * p);
                double gradient = penalty == KlPenalty.Exact
                    ? (p * Penalty(logit, success: true)) + ((1 - p) * Penalty(logit, success: false))
                    : (share * Penalty(logit, success: true)) + ((1 - share) * Penalty(logit, success: false));
                expected += weight * (advantage - (counts ? Beta * gradient : 0));
            }

            Assert.Equal(expected, flow.DriftAt(SuccessProbability.FromLogit(logit)), 1e-8);
        }

        // The derivative by L of one rollout's penalty, by central differences; of the exact divergence, each outcome's share of it over p.
        double Penalty(double logit, bool success)
        {
            double old = LogChance(logit, success);
            return (Estimate(logit + 1e-5) - Estimate(logit - 1e-5)) / 2e-5;

            double Estimate(double at)
            {
                double l = LogChance(at, success) - LogChance(reference.Logit, success);
                double rho = Math.Exp(LogChance(at, success) - old);
                double k3 = Math.Exp(-l) - 1 + l;
                return penalty switch
                {
                    KlPenalty.K1 => l,
                    KlPenalty.K2 => l * l / 2,
                    KlPenalty.K3 => k3,
                    KlPenalty.CorrectedK3 => rho * k3,
                    _ => rho * l,
                };
            }
        }

        static double LogChance(double logit, bool success) => -Math.Log(1 + Math.Exp(success ? -logit : logit));

        static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));
    }

    [Theory]
    [InlineData(KlPenalty.K1, 8)]
    [InlineData(KlPenalty.K2, 8)]
    [InlineData(KlPenalty.K3, 8)]
    [InlineData(KlPenalty.CorrectedK3, 8)]
    [InlineData(KlPenalty.K3, null)]
    [InlineData(KlPenalty.Exact, null)]
    public void Small_steps_end_where_the_flow_does(KlPenalty penalty, int? masked)
    {
        foreach ((double reference, double beta) in new[] { (0.05, 1.5), (0.3, 3), (0.7, 0.5), (0.5, 10) })
        {
            var flow = new GradientFlow(Grpo.FiniteGroup(8, Epsilon), penalty, SuccessProbability.FromP(reference), beta, masked);
            foreach (StationaryPoint point in flow.StationaryPoints)
            {
                Assert.Equal(0, flow.DriftAt(point.P), 1e-13 * beta);
                double step = 1e-4;
                double slope = (Excess(point.P.Logit + step) - Excess(point.P.Logit - step)) / (2 * step);
                Assert.Equal(slope, point.Slope, 1e-6 * Math.Max(1, Math.Abs(slope)));
                Assert.Equal(slope < 0, point.Stable);
            }

            foreach (double start in new[] { -4.0, 0, 4 })
            {
                SuccessProbability end = flow.EndFrom(SuccessProbability.FromLogit(start));
                double logit = start;
                for (int i = 0; i < 20_000; i++)
                {
                    logit += 0.05 * Excess(logit) / (beta + Math.Abs(Excess(logit))); // any positive factor leaves the way the same
                }

                double expected = Math.Clamp(end.Logit, -100, 100);
                Assert.Equal(expected, Math.Clamp(logit, -100, 100), 1e-9);
            }

            double Excess(double logit)
            {
                var p = SuccessProbability.FromLogit(Math.Clamp(logit, -200, 200));
                return flow.DriftAt(p) / p.Variance;
            }
        }
    }

    [Fact]
    public void K1_as_a_loss_does_not_regularise_unless_masked()
    {
        FiniteGroupOmega omega = Grpo.FiniteGroup(8, Epsilon);
        var start = SuccessProbability.FromP(0.3);
        foreach (GradientFlow free in new[] { new GradientFlow(omega, KlPenalty.K1, start, 5), new GradientFlow(omega, KlPenalty.K2, start, 0) })
        {
            Assert.Empty(free.StationaryPoints);
            Assert.Equal(1, free.EndFrom(start).P);
            Assert.Equal(start.Variance * omega.At(start), free.DriftAt(start));
        }

        // Masked it pulls down by beta ((1-p)^(G-1) - p^(G-1)): wherever p_ref is, low starts fall to 0 and others rise to 1.
        var masked = new GradientFlow(omega, KlPenalty.K1, start, 5, maskedGroupSize: 8);
        StationaryPoint watershed = Assert.Single(masked.StationaryPoints);
        Assert.False(watershed.Stable);
        Assert.Equal(omega.At(watershed.P), 5 * (Math.Pow(watershed.P.OneMinusP, 7) - Math.Pow(watershed.P.P, 7)), 1e-12);
        Assert.Equal(0, masked.EndFrom(SuccessProbability.FromLogit(watershed.P.Logit - 1e-9)).P);
        Assert.Equal(1, masked.EndFrom(SuccessProbability.FromLogit(watershed.P.Logit + 1e-9)).P);
    }

    [Fact]
    public void Far_roots_and_edges_are_found_in_logits()
    {
        FiniteGroupOmega omega = Grpo.FiniteGroup(16, Epsilon);

        // A weak penalty holds only far out, where Omega stands still and -log(1-p) is L: L = Omega(1)/beta - log(1-p_ref).
        var weak = new GradientFlow(omega, KlPenalty.K2, SuccessProbability.FromP(0.2), 1e-3, maskedGroupSize: 16);
        double edge = omega.At(SuccessProbability.FromP(1));
        Assert.Equal((edge / 1e-3) - Math.Log(0.8), Assert.Single(weak.StationaryPoints).P.Logit, 1e-8);

        // k3: 1-p = beta (1-p_ref) / Omega beside p = 1.
        var k3 = new GradientFlow(omega, KlPenalty.K3, SuccessProbability.FromP(0.2), 1e-30);
        Assert.Equal(1, Assert.Single(k3.StationaryPoints).P.OneMinusP / (1e-30 * 0.8 / edge), 1e-12);

        // A reference far out, either way: the pull is the same as nearer by.
        foreach (double reference in new[] { -300.0, 300 })
        {
            var flow = new GradientFlow(omega, KlPenalty.Exact, SuccessProbability.FromLogit(reference), 1);
            Assert.Equal(reference + edge, flow.StationaryPoints[0].P.Logit, 1e-11);
        }

        // p_ref = 0 and 1: the logarithm never lets go; k3 does not hold at 0, where p = p(1-p) Omega/beta has a root inside.
        var never = SuccessProbability.FromP(0);
        var always = SuccessProbability.FromP(1);
        var half = SuccessProbability.FromP(0.5);
        Assert.Equal(never, new GradientFlow(omega, KlPenalty.K2, never, 1, 16).EndFrom(half));
        Assert.Equal(always, new GradientFlow(omega, KlPenalty.K2, always, 1, 16).EndFrom(half));
        Assert.Equal(always, new GradientFlow(omega, KlPenalty.K3, always, 1, 16).EndFrom(half));
        Assert.Equal(never, new GradientFlow(omega, KlPenalty.K3, half, 1).EndFrom(never));
        StationaryPoint inside = Assert.Single(new GradientFlow(omega, KlPenalty.K3, never, 1).StationaryPoints);
        Assert.Equal(1, inside.P.OneMinusP * omega.At(inside.P), 1e-12);

        // epsilon = 0: Omega has no bound, k3 outweighs it all the same.
        var unbounded = new GradientFlow(Grpo.Population(0)!, KlPenalty.K3, half, 1e-9);
        Assert.Equal(1, unbounded.StationaryPoints[^1].P.OneMinusP / (0.25 * 1e-18), 1e-6);
        Assert.Equal(unbounded.StationaryPoints[^1].P, unbounded.EndFrom(half));
        Assert.Equal(unbounded.StationaryPoints[^1].P, unbounded.EndFrom(SuccessProbability.FromLogit(790)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientFlow(omega, KlPenalty.K2, half, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientFlow(omega, KlPenalty.K2, half, 1, 1));
    }
}
