using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Theory;

/// <summary>The stationary moments against differences of the maps themselves, and against the recursions that they solve.</summary>
public class StationaryFluctuationsTests
{
    private const double H = 1e-4;

    public static TheoryData<string, int, double, double> Recurrences => new()
    {
        { "grpo", 16, 1, 2 },
        { "grpo", 2, 1, 2 },
        { "grpo", 3, 0.5, 2 },
        { "grpo", 4, 1, 1 },
        { "grpo-sample-std", 8, 0.5, 5 },
        { "maxrl", 64, 1, 5 },
        { "dr-grpo", 16, 1, 1 },
    };

    [Theory]
    [MemberData(nameof(Recurrences))]
    public void Derivatives_are_those_of_the_map(string rule, int groupSize, double alpha, double beta)
    {
        var recurrence = new Recurrence(Omega(rule, groupSize), alpha, SuccessProbability.FromP(0.2), beta);
        foreach (double logit in new[] { -3.0, -0.4, 0, 0.7, 4 })
        {
            var at = StationaryFluctuations.Of(recurrence, SuccessProbability.FromLogit(logit), 10);
            (double first, double second) = Differences(l => recurrence.Next(SuccessProbability.FromLogit(l)).Logit, logit);
            Assert.Equal(first, at.Derivative, 1e-7);
            Assert.Equal(second, at.Curvature, 1e-5);
        }
    }

    [Theory]
    [InlineData(KlPenalty.Exact)]
    [InlineData(KlPenalty.K2)]
    [InlineData(KlPenalty.K3)]
    [InlineData(KlPenalty.CorrectedK3)]
    public void Derivatives_of_gradient_ascent_are_those_of_its_map(KlPenalty penalty)
    {
        const double eta = 0.3;
        var reference = SuccessProbability.FromP(0.2);
        FiniteGroupOmega omega = Omega("grpo", 8);
        var flow = new GradientFlow(omega, penalty, reference, 1.5);
        foreach (double logit in new[] { -3.0, -0.4, 0, 0.7, 3 })
        {
            var at = StationaryFluctuations.OfGradient(omega, penalty, reference, 1.5, eta, 1, SuccessProbability.FromLogit(logit), 10);
            (double first, double second) = Differences(l => l + (2 * eta * flow.DriftAt(SuccessProbability.FromLogit(l))), logit);
            Assert.Equal(first, at.Derivative, 1e-7);
            Assert.Equal(second, at.Curvature, 1e-5);
        }
    }

    [Fact]
    public void The_noise_of_gradient_ascent_is_that_of_its_step_group_by_group()
    {
        // The step written out for one group of 3 and k3: 2 eta ((1-p) v_S - p v_F), v = W - beta f c.
        const double eta = 0.1;
        const double beta = 2;
        const double p = 0.3;
        double[] probability = [0.343, 0.441, 0.189, 0.027];
        IReadOnlyList<double> scale = AdvantageRule.Named[0].Scale(3, 1e-4);
        double[] steps = [.. Enumerable.Range(0, 4).Select(k =>
        {
            double pushed = k is 0 or 3 ? 0 : k * (3 - k) / 9.0 * scale[k];
            double success = pushed - (beta * k / 3.0 * (1 - (0.2 / p)));
            double failure = -pushed - (beta * (3 - k) / 3.0 * (1 - (0.8 / (1 - p))));
            return 2 * eta * (((1 - p) * success) - (p * failure));
        })];
        double mean = steps.Zip(probability, (x, weight) => x * weight).Sum();
        double variance = steps.Zip(probability, (x, weight) => weight * (x - mean) * (x - mean)).Sum();
        var at = StationaryFluctuations.OfGradient(
            new FiniteGroupOmega(scale), KlPenalty.K3, SuccessProbability.FromP(0.2), beta, eta, 1, SuccessProbability.FromP(p), 7);
        Assert.Equal(variance / 7, at.StepVariance, 1e-12);
    }

    [Fact]
    public void They_are_where_the_recursions_end()
    {
        var recurrence = new Recurrence(Omega("grpo", 16), 0.5, SuccessProbability.FromP(0.3), 2);
        SuccessProbability end = Orbit.Follow(recurrence, recurrence.Reference).Limit!.Value;
        var stationary = StationaryFluctuations.Of(recurrence, end, 64);
        double variance = Fluctuations.LogitVariances(recurrence, 64, [.. Enumerable.Repeat(end, 200)])[^1];
        Assert.Equal(variance, stationary.LogitVariance, 1e-12);

        double shift = 0;
        for (int n = 0; n < 200; n++)
        {
            shift = (stationary.Derivative * shift) + (stationary.Curvature * variance / 2);
        }

        Assert.Equal(shift, stationary.LogitShift, 1e-12);
        double v = end.Variance;
        Assert.Equal((v * shift) + (v * (1 - (2 * end.P)) * variance / 2), stationary.Shift, 1e-12);
        Assert.Equal(v * Math.Sqrt(variance), stationary.Spread, 1e-12);
    }

    [Fact]
    public void A_population_and_k1_are_refused()
    {
        var p = SuccessProbability.FromP(0.3);
        Assert.Throws<ArgumentException>(() => StationaryFluctuations.Of(new Recurrence(PopulationOmega.Grpo(1e-4), 1, p, 2), p, 1));
        Assert.Throws<ArgumentException>(() => StationaryFluctuations.OfGradient(Omega("grpo", 4), KlPenalty.K1, p, 1, 0.1, 1, p, 1));
    }

    private static FiniteGroupOmega Omega(string rule, int groupSize) =>
        AdvantageRule.Named.Single(named => named.Name == rule).FiniteGroup(groupSize, 1e-4);

    private static (double First, double Second) Differences(Func<double, double> map, double at)
    {
        (double below, double here, double above) = (map(at - H), map(at), map(at + H));
        return ((above - below) / (2 * H), (above - (2 * here) + below) / (H * H));
    }
}
