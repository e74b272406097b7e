namespace GrpoMonteCarlo.Theory;

/// <summary>Closed-form curves of one prompt among many, where an update takes a random batch of them.</summary>
public static class PromptPopulation
{
    /// <summary>
    /// The expected p and 1-p of a prompt after n iterations: sum over k of P(Binomial(n, b/B) = k) p_k. Each iteration draws its batch
    /// of b of the B prompts anew, so the prompt is in k of n batches with that chance, and moves only in those.
    /// </summary>
    /// <param name="iterates">p_0, ..., p_n at least: the prompt's success probability after k updates of its own.</param>
    /// <param name="iterations">n, at least 0.</param>
    /// <param name="chance">b/B, the chance that the prompt is in a batch, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">n is negative or beyond the iterates, or the chance is not in [0, 1].</exception>
    public static (double P, double OneMinusP) ExpectedAfter(IReadOnlyList<SuccessProbability> iterates, int iterations, double chance)
    {
        ArgumentNullException.ThrowIfNull(iterates);
        ArgumentOutOfRangeException.ThrowIfNegative(iterations);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(iterations, iterates.Count);
        if (!(chance >= 0 && chance <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(chance), chance, "A chance lies in [0, 1].");
        }

        (double p, double oneMinusP, _) = new BinomialExpectation(iterations, k => (iterates[k].P, iterates[k].OneMinusP, 0))
            .At(chance, 1 - chance);
        return (p, oneMinusP);
    }
}
