namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>A text in as many lines, and as much smaller, as a width asks for.</summary>
/// <param name="Lines">From the top; none for no text.</param>
/// <param name="Size">Of the letters, in px.</param>
internal sealed record FittedText(IReadOnlyList<RichText> Lines, double Size)
{
    private const double LineHeight = 1.25;

    public double Width => Lines.Count == 0 ? 0 : Size * Lines.Max(line => line.Width);

    public double Height => Size * LineHeight * Lines.Count;

    /// <summary>The baseline of line <paramref name="i"/> below the upper edge.</summary>
    public double Baseline(int i) => Size * ((i * LineHeight) + 0.95);

    /// <summary>The same, with letters so small that the lines together are at most <paramref name="height"/> px high.</summary>
    public static FittedText Of(string? markup, double width, double height, double size)
    {
        FittedText text = Of(markup, width, size);
        while (text.Height > height && size > 1)
        {
            size *= 0.9;
            text = Of(markup, width, size);
        }

        return text;
    }

    /// <summary>At most <paramref name="width"/> px wide, with letters of at most <paramref name="size"/> px. No text: no lines.</summary>
    public static FittedText Of(string? markup, double width, double size)
    {
        RichText text = RichText.Parse(markup ?? "");
        IReadOnlyList<RichText> lines = text.Wrap(width / size);
        double widest = lines.Count == 0 ? 0 : lines.Max(line => line.Width);

        // A word that is still too wide makes the letters smaller.
        return new FittedText(lines, size * Math.Min(1, width / Math.Max(widest * size, 1e-9)));
    }
}
