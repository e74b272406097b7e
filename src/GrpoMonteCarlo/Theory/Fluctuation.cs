namespace GrpoMonteCarlo.Theory;

/// <summary>How replicates lie around the mean field at one iteration (theory.md section 6).</summary>
/// <param name="MeanField">L_n and p_n of the recurrence.</param>
/// <param name="LogitVariance">V_n, the variance of L_n to first order.</param>
/// <param name="LogitShift">delta_n, the mean of L_n less the recurrence's, to second order.</param>
public readonly record struct Fluctuation(SuccessProbability MeanField, double LogitVariance, double LogitShift)
{
    /// <summary>Standard deviation of p_n to first order: p(1-p) sqrt(V_n).</summary>
    public double PDeviation => MeanField.Variance * Math.Sqrt(LogitVariance);

    /// <summary>The mean of p_n less the recurrence's, to second order: p(1-p) [delta_n + (1-2p) V_n/2].</summary>
    public double PShift => MeanField.Variance * (LogitShift + ((MeanField.OneMinusP - MeanField.P) * (LogitVariance / 2)));
}
