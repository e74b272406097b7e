using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Experiments;

/// <summary>Inner steps on the same rollouts: where they end and how they fluctuate, against the engine.</summary>
public class InnerStepsSimulationTests
{
    // What is left of the way and of the missing variance.
    private const double Remainder = 1e-5;

    /// <summary>KL, p_ref, beta, G, M, mu, eta: at the edge of the range in which the formulas are used.</summary>
    public static TheoryData<KlEstimator, double, double, int, int, int, double> InRange => new()
    {
        { KlEstimator.Exact, 0.3, 2, 8, 2, 4, 0.5 },
        { KlEstimator.Exact, 0.1, 2, 8, 14, 10, 0.3 },
        { KlEstimator.K2, 0.3, 2, 8, 51, 4, 0.3 },
        { KlEstimator.K2, 0.1, 5, 16, 49, 10, 0.1 },
        { KlEstimator.K3, 0.3, 2, 8, 51, 2, 0.5 },
        { KlEstimator.K3, 0.3, 2, 8, 51, 12, 0.3 },
        { KlEstimator.K3, 0.1, 2, 8, 60, 5, 0.2 },
        { KlEstimator.CorrectedK3, 0.3, 2, 8, 51, 12, 0.3 },
        { KlEstimator.CorrectedK3, 0.6, 3, 4, 124, 10, 0.2 },
    };

    /// <summary>The same with few rollouts, where the noise within an update shifts the mean by much.</summary>
    public static TheoryData<KlEstimator, double, double, int, int, int, double> Noisy => new()
    {
        { KlEstimator.Exact, 0.02, 5, 8, 13, 10, 0.1 },
        { KlEstimator.K2, 0.1, 5, 16, 4, 10, 0.1 },
        { KlEstimator.K3, 0.1, 1, 16, 3, 5, 0.2 },
        { KlEstimator.CorrectedK3, 0.1, 2, 8, 24, 10, 0.3 },
    };

    [Theory]
    [MemberData(nameof(InRange))]
    public void Spread_and_mean_at_rest_are_as_predicted(KlEstimator kl, double pRef, double beta, int groupSize, int groups, int steps, double learningRate)
    {
        const int replicates = 40_000;
        (StationaryFluctuations predicted, CellSummary end) = Run(kl, pRef, beta, groupSize, groups, steps, learningRate, replicates);
        double sd = Math.Sqrt(predicted.LogitVariance);
        Assert.InRange(sd, 0.01, Sizing.LargestLogitSpread);
        Assert.InRange(Math.Sqrt(predicted.ShareLogitVariance), 0, Sizing.LargestLogitSpread);

        // 2 % of a standard deviation are 5.7 standard errors.
        Assert.True(Math.Abs((end.LogitSd!.Value / sd) - 1) < 0.02, $"sd of the logit {end.LogitSd}, predicted {sd}");
        Assert.True(Math.Abs((end.PSd!.Value / predicted.Spread) - 1) < 0.02, $"sd {end.PSd}, predicted {predicted.Spread}");
        CheckShift(predicted, end);
    }

    [Theory]
    [MemberData(nameof(Noisy))]
    public void Noise_within_an_update_shifts_the_mean_as_predicted(
        KlEstimator kl, double pRef, double beta, int groupSize, int groups, int steps, double learningRate)
    {
        const int replicates = 40_000;
        (StationaryFluctuations predicted, CellSummary end) = Run(kl, pRef, beta, groupSize, groups, steps, learningRate, replicates);

        // Without this part the test below would fail.
        double part = predicted.StepShift / (1 - predicted.Derivative);
        Assert.True(Math.Abs(part) > 8 * end.LogitSd!.Value / Math.Sqrt(replicates), $"{part}");
        CheckShift(predicted, end);
    }

    // Within 5 standard errors, and a twentieth of what is predicted.
    private static void CheckShift(StationaryFluctuations predicted, CellSummary end)
    {
        double error = end.LogitSd!.Value / Math.Sqrt(end.Replicates);
        double logitShift = end.LogitMean!.Value - predicted.P.Logit;
        Assert.True(
            Math.Abs(logitShift - predicted.LogitShift) < (5 * error) + (0.05 * Math.Abs(predicted.LogitShift)),
            $"the logit is shifted by {logitShift} +- {error}, predicted {predicted.LogitShift}");
        double shift = end.PMean!.Value - predicted.P.P;
        Assert.True(
            Math.Abs(shift - predicted.Shift) < (5 * end.PSe!.Value) + (0.05 * Math.Abs(predicted.Shift)),
            $"p is shifted by {shift} +- {end.PSe}, predicted {predicted.Shift}");
    }

    private static (StationaryFluctuations Predicted, CellSummary End) Run(
        KlEstimator kl, double pRef, double beta, int groupSize, int groups, int steps, double learningRate, int replicates)
    {
        var setting = new SizingSetting
        {
            PRef = pRef,
            Beta = beta,
            Epsilon = 0.01,
            Update = PolicyUpdate.FollowGradient(new GradientSettings { Kl = kl, Steps = steps, LearningRate = learningRate }),
        };
        StationaryFluctuations predicted = Assert.Single(new GroupSizing(setting).Of(groupSize, groups)!.Prompts).Fluctuations;
        int iterations = (int)Math.Ceiling(Math.Log(Remainder) / Math.Log(Math.Max(0.1, Math.Abs(predicted.Derivative))));
        return (predicted, Assert.Single(ExperimentRun.Summaries(new Experiment
        {
            Name = "inner-steps",
            Seed = 25037,
            Iterations = iterations,
            Replicates = replicates,
            Sampler = Sampler.Counts,
            Grids = [setting.GridOf(groupSize, groups)],
        })).Iterations[^1]);
    }
}
