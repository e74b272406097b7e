using System.Globalization;
using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>Which combinations of parameters make sense together.</summary>
internal static class CellRules
{
    // A round of dynamic sampling has 2^34 calls of the generator (StreamAddress.Round); a rollout takes about 10.3 bits, a group 16.
    private const long MostPerRound = 1L << 36;

    // Beyond, which rewards are mistakes cannot be drawn at once.
    private const long MostVerified = 1L << 40;

    /// <summary>The member that does not go with the others, and why; null if all is well.</summary>
    public static (string Member, string Message)? Complaint(Cell cell) => OfEstimator(cell) ?? OfArms(cell) ?? OfSize(cell);

    private static (string Member, string Message)? OfArms(Cell cell)
    {
        if (cell.Arms is { Success.Count: 0 })
        {
            return ("arms", "at least one arm has to succeed");
        }

        if (cell.Population is not null && (cell.NeedsArms || cell.Arms is not null))
        {
            return ("prompts", "many prompts go with the update \"tied\" and without arms only; a preset's own update is gradient ascent");
        }

        if (cell.Update.Gradient is not { } gradient)
        {
            return cell.Beta == 0
                ? ("beta", "must be positive with an exact update: without a KL there is no maximiser; a gradient update may have 0")
                : cell.Update.Kind == UpdateKind.PerArm && cell.Estimator is Estimator.PlugIn or Estimator.SelfNormalized
                ? ("estimator", $"{ExperimentJson.Name(cell.Estimator)} estimates one step for all arms; with \"per-arm\" use importance, drop-degenerate or dynamic-sampling")
                : PerArmAndBatch(cell);
        }

        if (cell.Anchor != KlAnchor.Reference)
        {
            return ("anchor", "a gradient update starts from the previous policy and has its KL to the reference; the anchor must be \"reference\"");
        }

        if (cell.Estimator is Estimator.PlugIn or Estimator.SelfNormalized)
        {
            return ("estimator", $"{ExperimentJson.Name(cell.Estimator)} is of the exact update; a gradient update takes importance, drop-degenerate or dynamic-sampling");
        }

        if (gradient.MaskDegenerateKl && gradient.Kl is (KlEstimator.Exact or KlEstimator.K1InReward))
        {
            return ("update", $"the KL of degenerate groups can be masked where it is sampled in the loss, not with \"{ExperimentJson.Name(gradient.Kl)}\"");
        }

        return gradient.Kl == KlEstimator.K1InReward ? OfPenalisedReward(cell) : PerArmAndBatch(cell);
    }

    private static (string Member, string Message)? PerArmAndBatch(Cell cell) => cell.NeedsArms && cell.Advantage.DividesByBatch
        ? ("advantage", $"{cell.Advantage.Name} goes with the tied update only")
        : null;

    private static (string Member, string Message)? OfPenalisedReward(Cell cell)
    {
        if (!RewardPenaltyAdvantages.Takes(cell.Advantage))
        {
            string rule = cell.Advantage.GivenScale is null ? cell.Advantage.Name : "a given scale";
            return ("advantage", $"{rule} is defined for rewards of 0 and 1 only, not with k1 in the reward");
        }

        if (cell.Estimator != Estimator.Importance)
        {
            return ("estimator", "with k1 in the reward every group carries an advantage; use importance");
        }

        if (cell.Sampler != Sampler.Rollouts)
        {
            return ("update", "k1 in the reward needs the groups themselves: the sampler must be rollouts, or auto");
        }

        // Of a noisy verifier, each arm is drawn together with its reward.
        return cell.Verifier != VerifierNoise.None && cell.Arms is { Count: > ArmWeights.MaxArms / 2 } arms
            ? ("arms", string.Create(CultureInfo.InvariantCulture, $"k1 in the reward with a noisy verifier takes up to {ArmWeights.MaxArms / 2:N0} arms, not {arms.Count:N0}"))
            : null;
    }

    private static (string Member, string Message)? OfEstimator(Cell cell)
    {
        bool noisy = cell.Verifier != VerifierNoise.None;
        bool plugIn = cell.Estimator == Estimator.PlugIn;
        if (plugIn && !cell.Advantage.Scale(cell.GroupSize, cell.Epsilon).All(double.IsFinite))
        {
            return ("epsilon", $"must be positive with the plug-in estimator: degenerate groups are scaled by s(0) and s(G), which {cell.Advantage.Name} makes infinite at epsilon 0");
        }

        if (noisy && cell.Estimator is (Estimator.PlugIn or Estimator.SelfNormalized))
        {
            return ("verifier", $"the {ExperimentJson.Name(cell.Estimator)} estimator divides by observed successes and has no meaning for a noisy verifier; use importance, drop-degenerate or dynamic-sampling");
        }

        return cell.Advantage.DividesByBatch && cell.Estimator != Estimator.Importance
            ? ("advantage", $"{cell.Advantage.Name} divides by the standard deviation of the whole batch, degenerate groups included; it goes with the importance estimator only")
            : null;
    }

    private static (string Member, string Message)? OfSize(Cell cell)
    {
        if (cell.Verifier != VerifierNoise.None && cell.RolloutsPerUpdate > MostVerified)
        {
            return ("groups", string.Create(CultureInfo.InvariantCulture, $"a noisy verifier judges up to {MostVerified:N0} rollouts in one update"));
        }

        if (cell.PromptsPerUpdate > cell.Prompts)
        {
            return ("promptsPerUpdate", string.Create(CultureInfo.InvariantCulture, $"an update cannot take {cell.PromptsPerUpdate:N0} of {cell.Prompts:N0} prompts"));
        }

        if (cell.NeedsArms && OfArmDraws(cell) is { } tooMany)
        {
            return tooMany;
        }

        long drawn = cell.Sampler switch
        {
            Sampler.Rollouts => cell.RolloutsPerUpdate,
            Sampler.Groups => cell.Groups,
            _ => 0,
        };
        string sampler = ExperimentJson.Name(cell.Sampler);
        return cell.Estimator == Estimator.DynamicSampling && drawn > MostPerRound
            ? ("groups", string.Create(CultureInfo.InvariantCulture, $"dynamic sampling draws up to {MostPerRound:N0} {sampler} at once with the {sampler} sampler, not {drawn:N0}; the counts sampler can"))
            : null;
    }

    private static (string Member, string Message)? OfArmDraws(Cell cell)
    {
        bool one = cell.Sampler == Sampler.Rollouts;
        long most = one ? ArmSampler.MaxDraws : ArmSampler.MaxPlacedInRow;
        if (cell.RolloutsPerUpdate <= most)
        {
            return null;
        }

        string more = one && cell.Update.Gradient is not { Kl: KlEstimator.K1InReward } ? "; the counts sampler can more" : "";
        return ("groups", string.Create(
            CultureInfo.InvariantCulture,
            $"{cell.Groups:N0} groups of {cell.GroupSize} are more rollouts in one update than arms are drawn for with the {ExperimentJson.Name(cell.Sampler)} sampler, {most:N0}{more}"));
    }
}
