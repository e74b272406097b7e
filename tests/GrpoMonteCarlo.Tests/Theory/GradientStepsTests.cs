using GrpoMonteCarlo.Numerics;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Theory;

/// <summary>Inner steps as the theory has them against the engine's own update, and their derivatives against differences of it.</summary>
public class GradientStepsTests
{
    private const double Beta = 2;
    private const double Reference = 0.2;
    private const int G = 5;

    private static readonly FiniteGroupOmega Omega = AdvantageRule.Named[0].FiniteGroup(G, 1e-3);

    public static TheoryData<KlPenalty, int, double> Cases
    {
        get
        {
            var cases = new TheoryData<KlPenalty, int, double>();
            foreach (KlPenalty penalty in new[] { KlPenalty.Exact, KlPenalty.K2, KlPenalty.K3, KlPenalty.CorrectedK3 })
            {
                cases.Add(penalty, 1, 0.5);
                cases.Add(penalty, 2, 0.5);
                cases.Add(penalty, 7, 0.1);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_update_is_that_of_the_engine(KlPenalty penalty, int steps, double learningRate)
    {
        GradientSteps ascent = Steps(penalty, steps, learningRate);
        foreach (double logit in new[] { -4.0, -1, 0.3, 2, 5 })
        {
            var p = SuccessProbability.FromLogit(logit);
            Assert.Equal(Engine(penalty, steps, learningRate, logit, p.Variance * Omega.At(p), p.P), ascent.MapAt(p).Value, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Its_derivatives_are_those_of_the_engine(KlPenalty penalty, int steps, double learningRate)
    {
        GradientSteps ascent = Steps(penalty, steps, learningRate);
        foreach (double logit in new[] { -2.0, -0.3, 1.5 })
        {
            (double first, double second) = Differences(
                t =>
                {
                    var p = SuccessProbability.FromLogit(logit + t);
                    return Engine(penalty, steps, learningRate, logit + t, p.Variance * Omega.At(p), p.P);
                },
                1e-3);
            Jet map = ascent.MapAt(SuccessProbability.FromLogit(logit));
            Assert.Equal(first, map.First, 1e-5);
            Assert.Equal(second, map.Second, 1e-4);
        }
    }

    /// <summary>Over all K of a group, from the covariance of (phi, K/G) summed out and second differences of the engine's update.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Its_noise_is_that_of_the_engine(KlPenalty penalty, int steps, double learningRate)
    {
        const double groups = 50;
        foreach (double logit in new[] { -1.5, 0.4, 1.5 })
        {
            var p = SuccessProbability.FromLogit(logit);
            double[] weight = [.. Enumerable.Range(0, G + 1).Select(k => Choose(k) * Math.Pow(p.P, k) * Math.Pow(1 - p.P, G - k))];
            double a = weight.Zip(Omega.Phi, (w, phi) => w * phi).Sum();
            double varianceA = weight.Zip(Omega.Phi, (w, phi) => w * (phi - a) * (phi - a)).Sum() / groups;
            double varianceX = weight.Select((w, k) => w * Math.Pow(((double)k / G) - p.P, 2)).Sum() / groups;
            double covariance = weight.Select((w, k) => w * (Omega.Phi[k] - a) * (((double)k / G) - p.P)).Sum() / groups;
            double F(double alpha, double xi) => Engine(penalty, steps, learningRate, logit, a + alpha, p.P + xi);
            (double byA, double byAA) = Differences(t => F(t, 0), 1e-3);
            (double byX, double byXX) = Differences(t => F(0, t), 1e-3);
            double byAX = (F(1e-3, 1e-3) - F(1e-3, -1e-3) - F(-1e-3, 1e-3) + F(-1e-3, -1e-3)) / 4e-6;

            StationaryFluctuations at = Steps(penalty, steps, learningRate).FluctuationsAt(p, (long)groups);
            double variance = (byA * byA * varianceA) + (2 * byA * byX * covariance) + (byX * byX * varianceX);
            Assert.Equal(1, at.StepVariance / variance, 1e-4);
            double shift = ((byAA * varianceA) + (2 * byAX * covariance) + (byXX * varianceX)) / 2;
            Assert.Equal(shift, at.StepShift, 1e-4 * variance);
            Assert.Equal(steps > 1, Math.Abs(at.StepShift) > 1e-3 * variance);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Inner_steps_do_not_move_the_fixed_point(KlPenalty penalty, int steps, double learningRate)
    {
        var flow = new GradientFlow(Omega, penalty, SuccessProbability.FromP(Reference), Beta);
        SuccessProbability point = Assert.Single(flow.StationaryPoints).P;
        Assert.Equal(point.Logit, Steps(penalty, steps, learningRate).MapAt(point).Value, 1e-12);
    }

    private static GradientSteps Steps(KlPenalty penalty, int steps, double learningRate) =>
        new(Omega, penalty, SuccessProbability.FromP(Reference), Beta, learningRate, steps);

    // L after the engine's update of a policy of two arms, from the mean of phi and the share of successes.
    private static double Engine(KlPenalty penalty, int steps, double learningRate, double logit, double phi, double share)
    {
        KlEstimator kl = penalty switch
        {
            KlPenalty.Exact => KlEstimator.Exact,
            KlPenalty.K2 => KlEstimator.K2,
            KlPenalty.K3 => KlEstimator.K3,
            _ => KlEstimator.CorrectedK3,
        };
        var update = new GradientUpdate(new GradientSettings { Kl = kl, Steps = steps, LearningRate = learningRate }, Beta, 2);
        var statistic = new GradientStatistic(2);
        (statistic.PositiveAdvantage[0], statistic.NegativeAdvantage[1]) = (phi, -phi);
        (statistic.Share[0], statistic.Share[1]) = (share, 1 - share);
        var old = SuccessProbability.FromLogit(logit);
        double[] before = [old.LogP, old.LogOneMinusP];
        double[] policy = [.. before];
        update.Apply(policy, before, [Math.Log(Reference), Math.Log(1 - Reference)], statistic);
        return policy[0] - policy[1];
    }

    private static double Choose(int k) => new double[] { 1, 5, 10, 10, 5, 1 }[k];

    private static (double First, double Second) Differences(Func<double, double> function, double h)
    {
        (double below, double here, double above) = (function(-h), function(0), function(h));
        return ((above - below) / (2 * h), (above - (2 * here) + below) / (h * h));
    }
}
