namespace GrpoMonteCarlo.Theory;

/// <summary>
/// Mean and variance of f(J) under the weights of Binomial(n, p) times h(J), normalised. Deviations are taken from f at the mode, so
/// that the variance keeps its digits where it is small beside the mean.
/// </summary>
internal sealed class BinomialSpread
{
    private readonly double[] _weights;
    private readonly double[] _values;

    /// <param name="weights">h(0), ..., h(n), positive.</param>
    /// <param name="values">f(0), ..., f(n).</param>
    public BinomialSpread(double[] weights, double[] values)
    {
        _weights = weights;
        _values = values;
    }

    /// <summary>Mean and variance at success probability p, given with its complement.</summary>
    public (double Mean, double Variance) At(double p, double oneMinusP)
    {
        int n = _values.Length - 1;
        int mode = Math.Min(n, (int)((n + 1) * p));
        double centre = _values[mode];
        double total = _weights[mode];
        double first = 0;
        double second = 0;

        double weight = 1;
        for (int j = mode; j < n && weight >= BinomialExpectation.Negligible; j++)
        {
            weight *= (double)(n - j) / (j + 1) * (p / oneMinusP);
            Add(j + 1, weight);
        }

        weight = 1;
        for (int j = mode; j > 0 && weight >= BinomialExpectation.Negligible; j--)
        {
            weight *= (double)j / (n - j + 1) * (oneMinusP / p);
            Add(j - 1, weight);
        }

        double shift = first / total;
        return (centre + shift, Math.Max(0, (second / total) - (shift * shift)));

        void Add(int j, double binomial)
        {
            double w = binomial * _weights[j];
            double deviation = _values[j] - centre;
            total += w;
            first += w * deviation;
            second += w * deviation * deviation;
        }
    }
}
