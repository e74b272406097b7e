using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Theory;

public class RecurrenceTests
{
    private static readonly AdvantageRule Grpo = AdvantageRule.Named[0];

    [Fact]
    public void The_population_fixed_point_next_to_one_is_an_artefact_of_infinite_groups()
    {
        // theory.md section 4: p_ref 0.2, beta 1, epsilon 1e-5.
        var reference = SuccessProbability.FromP(0.2);
        var population = new Recurrence(Grpo.Population(1e-5)!, 1, reference, 1);
        IReadOnlyList<FixedPoint> points = new FixedPoints(population.Omega).Of(population);
        Assert.Equal(3, points.Count);
        Assert.Equal(0.681283, points[0].P.P, 5e-7);
        Assert.True(points[0].Stable);
        Assert.Equal(0.934714, points[1].P.P, 5e-7);
        Assert.False(points[1].Stable);
        Assert.Equal(1, points[2].P.P);

        var finite = new Recurrence(Grpo.FiniteGroup(16, 1e-5), 1, reference, 1);
        FixedPoint single = Assert.Single(new FixedPoints(finite.Omega).Of(finite));
        Assert.Equal(0.654284, single.P.P, 5e-7);
        Assert.Equal(0.654284, Orbit.Follow(finite, SuccessProbability.FromP(0.1)).Limit!.Value.P, 5e-7);
    }

    [Theory]
    [InlineData(1, 0.2, 0.6813)]
    [InlineData(5, 0.2, 0.2807)]
    [InlineData(5, 0.5, 0.6007)]
    [InlineData(5, 0.8, 0.8813)]
    [InlineData(0.01, 0.5, 1.0000)]
    [InlineData(0.4, 0.8, 1.0000)]
    public void Limits_printed_in_the_paper(double beta, double reference, double printed)
    {
        var recurrence = new Recurrence(Grpo.Population(1e-5)!, 1, SuccessProbability.FromP(reference), beta);
        Assert.Equal(printed, Orbit.Follow(recurrence, SuccessProbability.FromP(0.1)).Limit!.Value.P, 5e-5);
    }

    [Fact]
    public void Orbits_that_do_not_settle_are_told_apart()
    {
        // theory.md section 8: p_ref 0.001 at beta 5 ends in a 2-cycle; section 7: 1e-4 is erratic, its iterate 50 printed as 0.0442.
        var twoCycle = new Recurrence(Grpo.Population(1e-5)!, 1, SuccessProbability.FromP(0.001), 5);
        Orbit cycle = Orbit.Follow(twoCycle, SuccessProbability.FromP(0.1));
        Assert.Equal(OrbitKind.Cycle, cycle.Kind);
        Assert.Equal(2, cycle.Period);
        double[] points = [.. cycle.Points.Select(p => p.P).Order()];
        Assert.Equal(0.00234, points[0], 5e-6);
        Assert.Equal(0.0587, points[1], 5e-5);

        var erratic = new Recurrence(Grpo.Population(1e-5)!, 1, SuccessProbability.FromP(1e-4), 5);
        Assert.Equal(OrbitKind.Erratic, Orbit.Follow(erratic, SuccessProbability.FromP(0.1)).Kind);
        Assert.Null(Orbit.Follow(erratic, SuccessProbability.FromP(0.1)).Period);
        Assert.Equal(0.0442, erratic.Iterate(SuccessProbability.FromP(0.1), 50)[50].P, 5e-5);
    }

    [Fact]
    public void Dr_grpo_is_affine_in_logits()
    {
        var reference = SuccessProbability.FromP(0.3);
        var fixedAnchor = new Recurrence(PopulationOmega.Constant(), 1, reference, 2);
        var mirror = new Recurrence(PopulationOmega.Constant(), 0, reference, 2);
        Assert.Equal(reference.Logit + 0.5, fixedAnchor.Iterate(reference, 5)[5].Logit, 1e-15);
        Assert.Equal(reference.Logit + 2.5, mirror.Iterate(reference, 5)[5].Logit, 1e-14);
        Assert.Empty(new FixedPoints(mirror.Omega).Of(mirror));
        Assert.Equal(1, Orbit.Follow(mirror, reference).Limit!.Value.P);
        Assert.Equal(0, Orbit.Follow(mirror, reference).Limit!.Value.OneMinusP);
    }

    [Fact]
    public void Both_anchors_share_the_fixed_points_of_a_weaker_reference()
    {
        // L* = L_ref + Omega(p*) / (alpha beta).
        var reference = SuccessProbability.FromP(0.3);
        FiniteGroupOmega omega = Grpo.FiniteGroup(8, 1e-4);
        var mixed = new Recurrence(omega, 0.5, reference, 2);
        var weaker = new Recurrence(omega, 1, reference, 1);
        var search = new FixedPoints(omega);
        Assert.Equal(search.Of(weaker)[0].P.Logit, search.Of(mixed)[0].P.Logit, 1e-14);
        Assert.Equal(mixed.DerivativeAt(mixed.Next(search.Of(mixed)[0].P)), search.Of(mixed)[0].Derivative, 1e-12);
    }

    [Theory]
    [InlineData(0.2, 1)]
    [InlineData(0.8, 5)]
    [InlineData(0.05, 0.7)]
    public void The_stability_bound_is_the_papers(double reference, double beta)
    {
        const double Epsilon = 1e-5;
        var recurrence = new Recurrence(Grpo.Population(Epsilon)!, 1, SuccessProbability.FromP(reference), beta);
        foreach (FixedPoint point in new FixedPoints(recurrence.Omega).Of(recurrence))
        {
            double v = point.P.Variance;
            double bound = v * Math.Abs(point.P.P - point.P.OneMinusP) / (2 * Math.Pow(v + Epsilon, 1.5));
            Assert.Equal(bound, recurrence.StabilityBoundAt(point.P), 1e-12 * bound);
            Assert.Equal(beta > bound, point.Stable);
        }
    }

    [Theory]
    [InlineData("dr-grpo", 1)]
    [InlineData("rloo", 0.5)]
    public void Where_no_beta_is_too_weak_the_bound_is_0_and_not_minus_0(string rule, double alpha)
    {
        var reference = SuccessProbability.FromP(0.3);
        AdvantageRule advantage = AdvantageRule.Named.Single(named => named.Name == rule);
        foreach (Omega omega in new Omega[] { advantage.Population(0)!, advantage.FiniteGroup(8, 0) })
        {
            double bound = new Recurrence(omega, alpha, reference, 1).StabilityBoundAt(reference);
            Assert.Equal(0, bound, 1e-14);
            Assert.False(double.IsNegative(bound));
        }
    }

    [Fact]
    public void A_close_pair_of_roots_is_not_missed()
    {
        // Near the fold where two fixed points merge (p_ref 0.2: the stable and the unstable one) they come closer than any grid.
        double low = 0.5;
        double high = 1.0;
        PopulationOmega omega = PopulationOmega.Grpo(1e-5);
        var search = new FixedPoints(omega);
        for (int i = 0; i < 45; i++)
        {
            double middle = (low + high) / 2;
            int count = search.Of(new Recurrence(omega, 1, SuccessProbability.FromP(0.2), middle)).Count;
            (low, high) = count == 3 ? (low, middle) : (middle, high);
        }

        IReadOnlyList<FixedPoint> points = search.Of(new Recurrence(omega, 1, SuccessProbability.FromP(0.2), high));
        Assert.Equal(3, points.Count);
        Assert.True(points[1].P.Logit - points[0].P.Logit < 1e-5);
    }

    [Fact]
    public void Epsilon_zero_reaches_one_without_nan()
    {
        var recurrence = new Recurrence(PopulationOmega.Grpo(0), 1, SuccessProbability.FromP(0.2), 0.1);
        SuccessProbability[] iterates = recurrence.Iterate(SuccessProbability.FromP(0.2), 10);
        Assert.Equal(1, iterates[^1].P);
        Assert.All(iterates, p => Assert.False(double.IsNaN(p.Logit)));
        Assert.Equal(1, Orbit.Follow(recurrence, iterates[0]).Limit!.Value.P);
    }

    [Fact]
    public void First_order_variance_is_that_of_one_step_and_propagates()
    {
        var reference = SuccessProbability.FromP(0.3);
        FiniteGroupOmega omega = Grpo.FiniteGroup(8, 1e-4);
        var recurrence = new Recurrence(omega, 1, reference, 2);
        SuccessProbability[] iterates = recurrence.Iterate(reference, 3);
        double[] variances = Fluctuations.LogitVariances(recurrence, 64, iterates);
        Assert.Equal(0, variances[0]);
        double first = omega.MomentsAt(0.3, 0.7).VariancePhi / (64 * 0.21 * 0.21 * 4);
        Assert.Equal(first, variances[1], 1e-13 * first);
        double slope = recurrence.DerivativeAt(iterates[1]);
        double fresh = Fluctuations.LogitVariances(new Recurrence(omega, 1, reference, 2), 64, [iterates[1], iterates[2]])[1];
        Assert.Equal(fresh + (slope * slope * first), variances[2], 1e-13);
    }
}
