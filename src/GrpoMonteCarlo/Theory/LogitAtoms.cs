namespace GrpoMonteCarlo.Theory;

/// <summary>A value that L_n can take, and its probability.</summary>
/// <param name="Logit">L_n.</param>
/// <param name="Probability">Its probability.</param>
public readonly record struct LogitAtom(double Logit, double Probability);

/// <summary>
/// The law of L_n with one group an update (M = 1), by enumeration: from each value of L_{n-1} as many others as phi(K) has values, about G/2
/// for a rule that treats successes and failures alike; with a noisy verifier many more. Exact but for rounding; for few iterations.
/// </summary>
public static class LogitAtoms
{
    /// <summary>The most atoms of one iteration.</summary>
    public const int MostAtoms = 1 << 20;

    /// <summary>The atoms of L_0, ..., L_n, each iteration's in rising order of L.</summary>
    /// <param name="recurrence">A recurrence of a finite group, as <see cref="LogitLaw"/> takes them.</param>
    /// <param name="start">p_0, strictly between 0 and 1.</param>
    /// <param name="iterations">n, at least 0.</param>
    /// <exception cref="ArgumentException">The recurrence is of another Omega, or there are more than <see cref="MostAtoms"/> atoms.</exception>
    public static IReadOnlyList<IReadOnlyList<LogitAtom>> Of(Recurrence recurrence, SuccessProbability start, int iterations)
    {
        ArgumentNullException.ThrowIfNull(recurrence);
        ArgumentOutOfRangeException.ThrowIfNegative(iterations);
        GroupTermLaw term = GroupTermLaw.Of(recurrence.Omega) ?? throw new ArgumentException(LogitLaw.WithoutLaw, nameof(recurrence));
        var one = new GroupSumLaw(term, groups: 1);
        if (one.IsSmooth)
        {
            throw new ArgumentException("What a group of that size adds under verifier noise has too many values.", nameof(recurrence));
        }

        var laws = new List<IReadOnlyList<LogitAtom>> { (LogitAtom[])[new LogitAtom(start.Logit, 1)] };
        for (int n = 1; n <= iterations; n++)
        {
            var next = new Dictionary<double, double>();
            foreach (LogitAtom atom in laws[^1])
            {
                var p = SuccessProbability.FromLogit(atom.Logit);
                double anchor = Recurrence.AnchorLogit(recurrence.Alpha, recurrence.Reference.Logit, atom.Logit);
                one.Compute(p, 0);
                for (int i = 0; i < one.Count; i++)
                {
                    double step = one.Values[i] == 0 ? 0 : one.Values[i] / one.Divisor(p, recurrence.Beta);
                    Add(next, anchor + step, one.Probabilities[i] * atom.Probability);
                }
            }

            if (next.Count > MostAtoms)
            {
                throw new ArgumentException($"After {n} iterations there are more than {MostAtoms} atoms.", nameof(iterations));
            }

            laws.Add([.. next.OrderBy(pair => pair.Key).Select(pair => new LogitAtom(pair.Key, pair.Value))]);
        }

        return laws;
    }

    private static void Add(Dictionary<double, double> atoms, double logit, double probability)
    {
        if (probability > 0)
        {
            atoms[logit] = atoms.GetValueOrDefault(logit) + probability;
        }
    }
}
