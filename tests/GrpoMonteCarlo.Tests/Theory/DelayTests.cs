using System.Numerics;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Theory;

public class DelayTests
{
    private static readonly AdvantageRule Grpo = AdvantageRule.Named[0];

    private static readonly SuccessProbability Reference = SuccessProbability.FromP(0.3);

    [Fact]
    public void Without_lag_or_stages_nothing_changes()
    {
        var recurrence = new Recurrence(Grpo.FiniteGroup(8, 1e-5), 0.7, Reference, 1);
        Assert.Equal(recurrence.Iterate(Reference, 30), recurrence.Iterate(Reference, 30, lag: 0, stageLength: 0));
    }

    [Fact]
    public void Late_rollouts_only_repeat_the_iterates_of_a_fixed_anchor()
    {
        // Nothing but Omega of lag+1 iterates ago enters: L_n is the iterate ceil(n / (lag+1)) without lag.
        var recurrence = new Recurrence(Grpo.FiniteGroup(8, 1e-5), 1, Reference, 1);
        SuccessProbability[] prompt = recurrence.Iterate(SuccessProbability.FromP(0.1), 10);
        SuccessProbability[] late = recurrence.Iterate(SuccessProbability.FromP(0.1), 30, lag: 2, stageLength: 0);
        Assert.All(Enumerable.Range(0, 31), n => Assert.Equal(prompt[(n + 2) / 3], late[n]));
    }

    [Fact]
    public void Each_stage_starts_again_from_its_last_iterate()
    {
        Omega omega = Grpo.FiniteGroup(8, 1e-5);
        SuccessProbability[] staged = new Recurrence(omega, 1, Reference, 2).Iterate(Reference, 12, lag: 0, stageLength: 4);
        SuccessProbability reference = Reference;
        for (int stage = 0; stage < 3; stage++)
        {
            SuccessProbability[] alone = new Recurrence(omega, 1, reference, 2).Iterate(reference, 4);
            Assert.Equal(alone, staged[(4 * stage)..((4 * stage) + 5)]);
            Assert.True(alone[4].Logit > reference.Logit); // theory.md section 3: each stage amplifies
            reference = alone[4];
        }
    }

    [Fact]
    public void Lag_and_stages_together_follow_the_formula()
    {
        Omega omega = Grpo.FiniteGroup(4, 1e-5);
        SuccessProbability[] late = new Recurrence(omega, 0.4, Reference, 2).Iterate(SuccessProbability.FromP(0.1), 20, lag: 3, stageLength: 5);
        double anchor = Reference.Logit;
        for (int n = 1; n <= 20; n++)
        {
            double expected = (0.4 * anchor) + (0.6 * late[n - 1].Logit) + (omega.At(late[Math.Max(0, n - 4)]) / 2);
            Assert.Equal(expected, late[n].Logit, 1e-14);
            anchor = n % 5 == 0 ? late[n].Logit : anchor;
        }
    }

    [Theory]
    [InlineData(0.3, 0.2, 0)]
    [InlineData(0.3, 0.2, 1)]
    [InlineData(0.3, 0.2, 12)]
    [InlineData(0.1, 0.05, 3)]
    public void Late_orbits_settle_where_prompt_ones_do(double alpha, double reference, int lag)
    {
        var recurrence = new Recurrence(Grpo.FiniteGroup(16, 1e-5), alpha, SuccessProbability.FromP(reference), 20);
        SuccessProbability start = SuccessProbability.FromP(0.1);
        SuccessProbability limit = Orbit.Follow(recurrence, start).Limit!.Value;
        Assert.True(recurrence.IsStableAt(limit, lag));
        Assert.Equal(limit.Logit, Orbit.Follow(recurrence, start, lag).Limit!.Value.Logit, 1e-9);
    }

    [Fact]
    public void A_late_cycle_is_as_many_times_as_long()
    {
        // theory.md section 8: p_ref 0.001, beta 5, epsilon 1e-5 ends in a 2-cycle; with a lag of 4 each point is visited 5 times.
        var recurrence = new Recurrence(Grpo.Population(1e-5)!, 1, SuccessProbability.FromP(0.001), 5);
        Orbit late = Orbit.Follow(recurrence, SuccessProbability.FromP(0.1), lag: 4);
        Assert.Equal(OrbitKind.Cycle, late.Kind);
        Assert.Equal(10, late.Period);
        double[] points = [.. late.Points.Select(p => p.P).Order()];
        Assert.Equal(0.00234, points[0], 5e-6);
        Assert.Equal(points[0], points[4], 1e-9);
        Assert.Equal(0.0587, points[5], 5e-5);
    }

    [Fact]
    public void A_long_lag_is_not_mistaken_for_a_limit()
    {
        // The first lag+1 iterates of a fixed anchor are one and the same.
        var recurrence = new Recurrence(Grpo.Population(1e-5)!, 1, SuccessProbability.FromP(0.001), 5);
        Assert.Equal(OrbitKind.Cycle, Orbit.Follow(recurrence, SuccessProbability.FromP(0.1), lag: 20).Kind);
        Assert.Throws<ArgumentOutOfRangeException>(() => Orbit.Follow(recurrence, Reference, lag: 20_000));
        Assert.Throws<ArgumentOutOfRangeException>(() => Orbit.Follow(recurrence, Reference, lag: -1));
    }

    /// <summary>Against the roots of the characteristic polynomial, found one and all by iteration.</summary>
    [Fact]
    public void Stability_under_delay_is_that_of_the_characteristic_roots()
    {
        var random = new System.Random(1);
        int stable = 0;
        for (int i = 0; i < 500; i++)
        {
            double alpha = random.NextDouble();
            double slope = (2.4 * random.NextDouble()) - 1.2;
            int lag = random.Next(0, 7);
            double radius = Roots(alpha, slope, lag).Max(Complex.Abs);
            if (Math.Abs(radius - 1) > 1e-6)
            {
                var recurrence = new Recurrence(new Sloped(slope), alpha, Reference, 1);
                Assert.Equal(radius < 1, recurrence.IsStableAt(Reference, lag));
                stable += radius < 1 ? 1 : 0;
            }
        }

        Assert.InRange(stable, 100, 400);
    }

    [Fact]
    public void Lag_can_destabilise_a_fixed_point()
    {
        // z^(d+1) = (1-alpha) z^d + f, f < 0: without lag stable down to f = -(2-alpha), with a long one only to -alpha.
        var recurrence = new Recurrence(new Sloped(-0.5), 0.1, Reference, 1);
        Assert.True(recurrence.IsStableAt(Reference, 0));
        Assert.False(recurrence.IsStableAt(Reference, 8));
        Assert.True(new Recurrence(new Sloped(-0.0999), 0.1, Reference, 1).IsStableAt(Reference, 200));
        Assert.False(new Recurrence(new Sloped(0.1001), 0.1, Reference, 1).IsStableAt(Reference, 3));
    }

    // Durand-Kerner.
    private static Complex[] Roots(double alpha, double slope, int lag)
    {
        int degree = lag + 1;
        Complex[] roots = [.. Enumerable.Range(0, degree).Select(i => Complex.Pow(new Complex(0.4, 0.9), i))];
        for (int step = 0; step < 200; step++)
        {
            for (int i = 0; i < degree; i++)
            {
                Complex power = Enumerable.Repeat(roots[i], lag).Aggregate(Complex.One, (product, z) => product * z);
                Complex value = (power * (roots[i] - (1 - alpha))) - slope;
                Complex others = roots.Where((_, j) => j != i).Aggregate(Complex.One, (product, z) => product * (roots[i] - z));
                roots[i] -= value / others;
            }
        }

        return roots;
    }

    private sealed class Sloped(double slope) : Omega
    {
        internal override double TailLogit => 1;

        public override double At(SuccessProbability p) => 1;

        public override double LogitDerivativeAt(SuccessProbability p) => slope;

        public override double SecondLogitDerivativeAt(SuccessProbability p) => 0;

        public override double LargestFrom(double logit) => 1;
    }
}
