namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>How wide text is at most, without a font: by the advances of DejaVu Sans, the widest that the pictures ask for.</summary>
internal static class TextWidth
{
    // Hundredths of an em, from the space to the tilde.
    private static ReadOnlySpan<byte> Ascii =>
    [
        32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 54,
        100, 69, 69, 70, 78, 64, 58, 78, 76, 30, 30, 66, 56, 87, 75, 79, 61, 79, 70, 64, 62, 74, 69, 99, 69, 62, 69, 40, 34, 40, 84, 50,
        50, 62, 64, 55, 64, 62, 36, 64, 64, 28, 28, 58, 28, 98, 64, 62, 64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84,
    ];

    /// <summary>In ems.</summary>
    public static double Of(string text)
    {
        int hundredths = 0;
        foreach (char c in text)
        {
            hundredths += c switch
            {
                >= ' ' and <= '~' => Ascii[c - ' '],
                >= '\u0391' and <= '\u03A9' => 79,
                '\u03C9' => 84,
                >= '\u03B1' and <= '\u03C8' => 66,
                '\u00A0' or '\u00B7' => 32,
                '\u2212' or '\u00D7' or '\u00B1' or '\u2192' or '\u221E' or (>= '\u2248' and <= '\u2265') => 84,
                _ => 100,
            };
        }

        return hundredths / 100.0;
    }
}
