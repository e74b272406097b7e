using GrpoMonteCarlo.Numerics;
using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Experiments;

/// <summary>Where groups of one size end, and how updates of them fluctuate there.</summary>
/// <param name="GroupSize">G.</param>
/// <param name="Groups">M, groups an update of one prompt.</param>
/// <param name="Prompts">What becomes of each prompt, or of the one there is.</param>
public sealed record SizedGroup(int GroupSize, long Groups, IReadOnlyList<SizedPrompt> Prompts)
{
    /// <summary>p*_G, the finite group's fixed point; of many prompts the mean.</summary>
    public SuccessProbability P => MeanOf([.. Prompts.Select(prompt => prompt.Fluctuations.P)]);

    /// <summary>p*_G - p*, the finite group's fixed point less the population's; of many prompts the mean.</summary>
    public double Bias => Prompts.Sum(prompt => prompt.Bias) / Prompts.Count;

    /// <summary>The standard deviation of p; of the mean of many prompts, each with rollouts of its own: the root of the sum of their variances / P^2.</summary>
    public double Spread => Math.Sqrt(Prompts.Sum(prompt => prompt.Fluctuations.Spread * prompt.Fluctuations.Spread)) / Prompts.Count;

    /// <summary>By how much noise shifts the mean of p.</summary>
    public double Shift => Prompts.Sum(prompt => prompt.Fluctuations.Shift) / Prompts.Count;

    /// <summary>The largest standard deviation of the logit of a prompt.</summary>
    public double LogitSpread => Math.Sqrt(Prompts.Max(prompt => prompt.Fluctuations.LogitVariance));

    /// <summary>The largest standard deviation of the logit of an update's share of successes, where the policy's is not linear in it; otherwise 0.</summary>
    public double ShareLogitSpread => Math.Sqrt(Prompts.Max(prompt => prompt.Fluctuations.ShareLogitVariance));

    /// <summary>The prompt with the largest bias.</summary>
    public SizedPrompt Worst => Prompts.MaxBy(prompt => Math.Abs(prompt.Bias))!;

    /// <summary>Root mean square distance of p from the population's fixed point: bias^2 + variance of p, to first order.</summary>
    public double Error => Math.Sqrt((Bias * Bias) + (Spread * Spread));

    /// <summary>The same groups, another number of them an update: all fluctuations are proportional to 1/M.</summary>
    /// <param name="groups">M, at least 1.</param>
    public SizedGroup With(long groups)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        double ratio = (double)Groups / groups;
        return this with
        {
            Groups = groups,
            Prompts = [.. Prompts.Select(prompt => prompt with
            {
                Fluctuations = prompt.Fluctuations with
                {
                    StepVariance = prompt.Fluctuations.StepVariance * ratio,
                    StepShift = prompt.Fluctuations.StepShift * ratio,
                    ShareLogitVariance = prompt.Fluctuations.ShareLogitVariance * ratio,
                },
            })],
        };
    }

    // From p and 1-p, so that neither loses digits.
    internal static SuccessProbability MeanOf(IReadOnlyList<SuccessProbability> prompts) => prompts.Count == 1
        ? prompts[0]
        : SuccessProbability.FromLogit(Elementary.Log(prompts.Sum(p => p.P)) - Elementary.Log(prompts.Sum(p => p.OneMinusP)));
}

/// <summary>Where one prompt ends with groups of one size, and how it fluctuates there.</summary>
/// <param name="Reference">Its p_ref.</param>
/// <param name="Limit">Its p*, where the population's iterates end.</param>
/// <param name="Fluctuations">Its stationary fluctuations about p*_G.</param>
public sealed record SizedPrompt(SuccessProbability Reference, SuccessProbability Limit, StationaryFluctuations Fluctuations)
{
    /// <summary>p*_G - p*, its fixed point with finite groups less the population's.</summary>
    public double Bias => Fluctuations.P.Minus(Limit);
}
