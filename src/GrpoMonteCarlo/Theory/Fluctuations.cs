namespace GrpoMonteCarlo.Theory;

/// <summary>
/// Fluctuations around the finite-group mean field (theory.md section 6). To first order the variance of L_n over replicates is
/// V_n = f'(L_{n-1})^2 V_{n-1} + Var(step)/beta^2, V_0 = 0; to second order its mean is off the recurrence by
/// delta_n = f' delta_{n-1} + f'' V_{n-1}/2. Good while the standard deviation stays below about 0.1.
/// </summary>
public static class Fluctuations
{
    /// <summary>Beyond, a policy counts as saturated: what is rarer than e^-36 is beside 1 about a unit in the last place.</summary>
    internal const double SaturatedLogit = 36;

    /// <summary>
    /// Variance and shift of L_0, ..., L_N along the given iterates; null from where the policy has saturated (|L| above 36), or the
    /// variance has left the range of a double. Where the reference becomes the policy after every stage, it varies over replicates too,
    /// and with it the next stage: both are carried together, with their covariance.
    /// </summary>
    /// <param name="recurrence">A recurrence whose Omega is the exact expectation of the step.</param>
    /// <param name="stepVariance">The variance of one update's log-odds step at a success probability.</param>
    /// <param name="iterates">p_0, ..., p_N of that recurrence.</param>
    /// <param name="stageLength">Iterations in a stage; 0 for a single one.</param>
    public static Fluctuation?[] Propagate(
        Recurrence recurrence, Func<SuccessProbability, double> stepVariance, IReadOnlyList<SuccessProbability> iterates, int stageLength = 0)
    {
        ArgumentNullException.ThrowIfNull(recurrence);
        ArgumentNullException.ThrowIfNull(stepVariance);
        ArgumentNullException.ThrowIfNull(iterates);
        ArgumentOutOfRangeException.ThrowIfNegative(stageLength);
        var fluctuations = new Fluctuation?[iterates.Count];
        double alpha = recurrence.Alpha;
        (double variance, double shift) = (0, 0);
        (double referenceVariance, double covariance, double referenceShift) = (0, 0, 0); // of L_ref, and with L_n
        for (int n = 0; n < iterates.Count && Math.Abs(iterates[n].Logit) <= SaturatedLogit; n++)
        {
            if (n > 0)
            {
                SuccessProbability p = iterates[n - 1];
                double slope = recurrence.DerivativeAt(p);
                double noise = stepVariance(p) / (recurrence.Beta * recurrence.Beta);
                shift = (slope * shift) + (recurrence.SecondDerivativeAt(p) * variance / 2) + (alpha * referenceShift);
                variance = (slope * slope * variance) + (2 * alpha * slope * covariance) + (alpha * alpha * referenceVariance) + noise;
                covariance = (slope * covariance) + (alpha * referenceVariance);
            }

            if (!double.IsFinite(variance) || !double.IsFinite(shift))
            {
                break;
            }

            fluctuations[n] = new Fluctuation(iterates[n], variance, shift);
            if (n > 0 && stageLength > 0 && n % stageLength == 0)
            {
                (referenceVariance, covariance, referenceShift) = (variance, variance, shift);
            }
        }

        return fluctuations;
    }

    /// <summary>
    /// V_0, ..., V_N of the <c>importance</c> estimator along the given iterates; infinite where the policy has saturated. The quantile
    /// bins are laid by these.
    /// </summary>
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
