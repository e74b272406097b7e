using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// Bins of the logit for quantiles: 2,048 around the finite-group mean field, of the power-of-two width next below a 32nd of the
/// first-order standard deviation (between 2^-24 and 2^-4), the middle of bin 1,024 on the mean field itself; beyond them bins of 1/4,
/// out to logits of +-128. Bin numbers rise with the logit. The bins depend on the cell and the iteration only.
/// </summary>
internal readonly struct LogitBins
{
    /// <summary>Least bin number that can occur.</summary>
    public const int Lowest = -OuterBins;

    /// <summary>How many bin numbers there are from <see cref="Lowest"/> on.</summary>
    public const int Count = FineBins + (2 * OuterBins);

    /// <summary>Logits are clipped to +- this.</summary>
    public const double LogitClip = LogitLaw.LogitClip;

    private const int FineBins = 2048;
    private const int OuterBins = 1100;
    private const double OuterWidth = 0.25;
    private const double NarrowestWidth = 1.0 / (1 << 24);
    private const double WidestWidth = 1.0 / 16;

    private readonly double _centre;
    private readonly double _width;
    private readonly double _perWidth; // exact, a power of two as well
    private readonly double _lowEdge;
    private readonly double _highEdge;

    public LogitBins(SuccessProbability finite, double logitVariance)
    {
        _centre = Clip(finite.Logit);
        _width = WidthFor(Math.Sqrt(logitVariance));
        _perWidth = 1 / _width;
        _lowEdge = _centre - ((FineBins + 1) * _width / 2);
        _highEdge = _centre + ((FineBins - 1) * _width / 2);
    }

    /// <summary>The logit within [-128, 128].</summary>
    public static double Clip(double logit) => Math.Min(Math.Max(logit, -LogitClip), LogitClip);

    /// <summary>The bin of a clipped logit.</summary>
    public int BinOf(double logit)
    {
        if (logit < _lowEdge)
        {
            return -1 - (int)((_lowEdge - logit) / OuterWidth);
        }

        if (logit >= _highEdge)
        {
            return FineBins + (int)((logit - _highEdge) / OuterWidth);
        }

        int bin = (int)Math.Floor(((logit - _centre) * _perWidth) + (FineBins / 2) + 0.5);
        return Math.Clamp(bin, 0, FineBins - 1); // an edge rounded to its neighbour
    }

    /// <summary>The logit at the middle of a bin, clipped.</summary>
    public double MiddleOf(int bin) => Clip(bin switch
    {
        < 0 => _lowEdge - ((-bin - 0.5) * OuterWidth),
        >= FineBins => _highEdge + ((bin - FineBins + 0.5) * OuterWidth),
        _ => _centre + ((bin - (FineBins / 2)) * _width),
    });

    private static double WidthFor(double deviation)
    {
        double target = deviation / 32;
        if (!(target > NarrowestWidth))
        {
            return NarrowestWidth;
        }

        return target >= WidestWidth ? WidestWidth : Math.ScaleB(1, Math.ILogB(target));
    }
}
