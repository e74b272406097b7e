using GrpoMonteCarlo.Policies;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// Gradient ascent with infinitely many groups: the same update, driven by the expectation of its statistic. It is the limit of the
/// simulated one for M to infinity, inner steps, clipping, lag and noise included.
/// </summary>
internal static class GradientMeanField
{
    /// <summary>L_0..L_N with groups of G; null with k1 in the reward, whose expected advantages have no closed form.</summary>
    public static IReadOnlyList<SuccessProbability>? Finite(CellTheory theory, Cell cell, int iterations)
    {
        GradientSettings settings = cell.Update.Gradient!;
        if (settings.Kl == KlEstimator.K1InReward)
        {
            return null;
        }

        FiniteGroupOmega omega = cell.Advantage.FiniteGroup(cell.GroupSize, cell.Epsilon);

        // Where only informative groups count, both advantages and shares are means over these.
        bool informativeOnly = cell.Estimator is Estimator.DropDegenerate or Estimator.DynamicSampling;
        int? masked = informativeOnly || settings.MaskDegenerateKl ? cell.GroupSize : null;
        return Run(theory, cell, iterations, (logSampled, _, p, statistic) =>
        {
            SuccessProbability seen = cell.Verifier.Observed(p);
            ArmAdvantages.FillExpected(
                logSampled, theory.Arms!.Succeeds, seen.P, seen.OneMinusP, omega.At(seen), cell.Verifier, masked, statistic);
            double informative = informativeOnly ? omega.MomentsAt(seen.P, seen.OneMinusP).Informative : 1;
            if (informative > 0)
            {
                statistic.DivideBy(informative);
            }
        });
    }

    /// <summary>L_0..L_N with infinitely large groups; null if the rule has no such limit, or k1 in the reward meets a noisy verifier.</summary>
    public static IReadOnlyList<SuccessProbability>? Population(CellTheory theory, Cell cell, int iterations)
    {
        GradientSettings settings = cell.Update.Gradient!;
        if (cell.Advantage.Population(cell.Epsilon) is not { } omega)
        {
            return null;
        }

        if (settings.Kl != KlEstimator.K1InReward)
        {
            return Run(theory, cell, iterations, (logSampled, _, p, statistic) =>
            {
                SuccessProbability seen = cell.Verifier.Observed(p);
                ArmAdvantages.FillExpected(
                    logSampled, theory.Arms!.Succeeds, seen.P, seen.OneMinusP, omega.At(seen), cell.Verifier, maskedGroupSize: null, statistic);
            });
        }

        if (!cell.Verifier.IsNone)
        {
            return null;
        }

        var advantages = new RewardPenaltyAdvantages(cell.Advantage, cell.Epsilon, cell.GroupSize);
        double[] penalties = new double[theory.Arms!.Arms];
        return Run(theory, cell, iterations, (logSampled, logReference, _, statistic) =>
        {
            for (int o = 0; o < penalties.Length; o++)
            {
                penalties[o] = cell.Beta * (logSampled[o] - logReference[o]);
            }

            advantages.FillPopulation(logSampled, theory.Arms.Succeeds, penalties, statistic);
        });
    }

    private delegate void Expectation(
        ReadOnlySpan<double> logSampled, ReadOnlySpan<double> logReference, SuccessProbability p, GradientStatistic statistic);

    private static SuccessProbability[] Run(CellTheory theory, Cell cell, int iterations, Expectation fill)
    {
        ReferencePolicy arms = theory.Arms!;
        double[] reference = new double[arms.Arms];
        double[] start = new double[arms.Arms];
        arms.FillLogPolicy(theory.References[0], reference);
        arms.FillLogPolicy(theory.Starts[0], start);
        var policies = new CategoricalPolicies(1, arms.Succeeds, start, reference, cell.StageLength > 0, cell.Lag);
        var update = new GradientUpdate(cell.Update.Gradient!, cell.Beta, arms.Arms);
        var statistic = new GradientStatistic(arms.Arms);
        var iterates = new SuccessProbability[iterations + 1];
        iterates[0] = theory.Starts[0];
        for (int n = 1; n <= iterations; n++)
        {
            var sampled = SuccessProbability.FromLogit(policies.Sampled(0, out _));
            fill(policies.LogSampled(0), policies.LogReference(0), sampled, statistic);
            update.Apply(policies.LogPolicy(0), policies.LogSampled(0), policies.LogReference(0), statistic);
            policies.PolicyChanged(0);
            iterates[n] = SuccessProbability.FromLogit(policies.Logit(0));
            policies.PoliciesChanged();
            if (cell.StageLength > 0 && n % cell.StageLength == 0)
            {
                policies.ReferToThemselves();
            }
        }

        return iterates;
    }
}
