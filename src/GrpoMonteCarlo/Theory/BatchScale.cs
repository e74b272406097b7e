namespace GrpoMonteCarlo.Theory;

/// <summary>
/// The scale of advantages divided by the standard deviation of a whole batch (theory.md section 5): one scale for all prompts, in the
/// limit of many rollouts 1 / (sqrt(E[p(1-p)] + Var p) + epsilon), and E[p(1-p)] + Var p = pbar (1-pbar), pbar the mean over the prompts.
/// </summary>
public static class BatchScale
{
    /// <summary>The scale of a batch of prompts; infinite if epsilon is 0 and all succeed or all fail.</summary>
    /// <param name="prompts">p of each prompt, at least one.</param>
    /// <param name="epsilon">Smoothing outside the root, at least 0.</param>
    /// <exception cref="ArgumentException">There is no prompt.</exception>
    public static double Of(IReadOnlyList<SuccessProbability> prompts, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentOutOfRangeException.ThrowIfNegative(epsilon);
        if (prompts.Count == 0)
        {
            throw new ArgumentException("A batch holds at least one prompt.", nameof(prompts));
        }

        double successes = 0;
        double failures = 0;
        foreach (SuccessProbability p in prompts)
        {
            successes += p.P;
            failures += p.OneMinusP;
        }

        return 1 / (Math.Sqrt(successes / prompts.Count * (failures / prompts.Count)) + epsilon);
    }
}
