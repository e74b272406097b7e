using System.Globalization;

namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>Colours for values between 0 and 1: anchors at equal distances, interpolated linearly in sRGB. Both maps suit the colour-blind,
/// and grow lighter all along, so that greyscale keeps the order.</summary>
internal sealed class ColourMap
{
    /// <summary>Perceptually uniform, dark to light (viridis).</summary>
    public static readonly ColourMap Sequential = new(
        false,
        [0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725]);

    /// <summary>Blue below the middle, yellow above it, grey between (cividis). The middle stands for 0.</summary>
    public static readonly ColourMap Diverging = new(
        true,
        [0x00224E, 0x414D6B, 0x7C7B78, 0xBCAF6F, 0xFEE838]);

    private readonly int[] _anchors;

    private ColourMap(bool isDiverging, int[] anchors) => (IsDiverging, _anchors) = (isDiverging, anchors);

    public bool IsDiverging { get; }

    /// <summary>The anchors' colours, from 0 to 1.</summary>
    public IEnumerable<string> Anchors => _anchors.Select(Written);

    /// <summary>The colour of <paramref name="place"/>, which is clamped to 0..1, as #rrggbb.</summary>
    public string At(double place)
    {
        double along = Math.Clamp(place, 0, 1) * (_anchors.Length - 1);
        int first = Math.Min((int)along, _anchors.Length - 2);
        double part = along - first;
        int colour = 0;
        for (int shift = 16; shift >= 0; shift -= 8)
        {
            int low = _anchors[first] >> shift & 0xFF;
            int high = _anchors[first + 1] >> shift & 0xFF;
            colour |= (int)Math.Round(low + (part * (high - low))) << shift;
        }

        return Written(colour);
    }

    private static string Written(int colour) => "#" + colour.ToString("x6", CultureInfo.InvariantCulture);
}
