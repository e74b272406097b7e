namespace GrpoMonteCarlo.Theory;

/// <summary>
/// First-order fluctuations around the finite-group mean field (theory.md section 6): with M groups an update,
/// V_n = f'(L_{n-1})^2 V_{n-1} + Var(phi(K)) / (M p^2 (1-p)^2 beta^2), V_0 = 0, is the variance of L_n over replicates. Good while the
/// standard deviation stays below about 0.1.
/// </summary>
public static class Fluctuations
{
    /// <summary>V_0, ..., V_N along the given iterates; infinite where the policy has saturated.</summary>
    /// <param name="recurrence">A recurrence of a finite group.</param>
    /// <param name="groups">M, groups an update, at least 1.</param>
    /// <param name="iterates">L_0, ..., L_N of that recurrence.</param>
    /// <exception cref="ArgumentException">The recurrence is not of a finite group.</exception>
    public static double[] LogitVariances(Recurrence recurrence, long groups, IReadOnlyList<SuccessProbability> iterates)
    {
        ArgumentNullException.ThrowIfNull(recurrence);
        ArgumentNullException.ThrowIfNull(iterates);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        if (recurrence.Omega is not FiniteGroupOmega finite)
        {
            throw new ArgumentException("A population does not fluctuate: the recurrence must be of a finite group.", nameof(recurrence));
        }

        var variances = new double[iterates.Count];
        for (int n = 1; n < variances.Length; n++)
        {
            SuccessProbability p = iterates[n - 1];
            double scale = p.Variance * recurrence.Beta;
            double noise = finite.MomentsAt(p.P, p.OneMinusP).VariancePhi / scale / scale / groups;
            double slope = recurrence.DerivativeAt(p);
            double carried = variances[n - 1] == 0 ? 0 : slope * slope * variances[n - 1];
            variances[n] = double.IsNaN(noise) || double.IsNaN(carried) ? double.PositiveInfinity : carried + noise;
        }

        return variances;
    }
}
