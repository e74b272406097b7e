using System.Globalization;
using System.Text;
using System.Xml;

namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>
/// Figures as SVG: one element without an XML declaration, which stands alone as a file and inside an HTML page. The bytes depend on the
/// figure only. Text is measured without a font (see <see cref="TextWidth"/>) and always has room.
/// </summary>
internal static class SvgWriter
{
    /// <summary>The picture.</summary>
    /// <exception cref="ArgumentException">An axis has ends that its scale has no place for or that are out of order; panels that share a range
    /// have unlike scales or ends; a panel has two heat maps.</exception>
    public static string Write(Figure figure)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        Write(figure, text);
        return text.ToString();
    }

    /// <inheritdoc cref="Write(Figure)"/>
    public static void Write(Figure figure, TextWriter output)
    {
        var layout = new FigureLayout(figure);
        var settings = new XmlWriterSettings { OmitXmlDeclaration = true, NewLineHandling = NewLineHandling.None, CloseOutput = false };
        using (var xml = XmlWriter.Create(output, settings))
        {
            Draw(figure, layout, new SvgElements(xml));
        }
    }

    private static void Draw(Figure figure, FigureLayout layout, SvgElements svg)
    {
        (string width, string height) = (SvgElements.Number(Math.Ceiling(layout.Width)), SvgElements.Number(Math.Ceiling(layout.Height)));
        string prefix = figure.Id;
        string description = Description(figure);
        svg.OpenLine(
            "svg",
            ("viewBox", $"0 0 {width} {height}"),
            ("width", width),
            ("height", height),
            ("class", "plot"),
            ("role", "img"),
            ("aria-labelledby", description.Length == 0 ? $"{prefix}-title" : $"{prefix}-title {prefix}-desc"));
        svg.Content("title", Name(figure), ("id", $"{prefix}-title"));
        if (description.Length > 0)
        {
            svg.Content("desc", description, ("id", $"{prefix}-desc"));
        }

        svg.Content("style", Stylesheet.Text);
        svg.Empty("rect", ("class", "ground"), ("width", width), ("height", height));
        svg.Lines("label", layout.Title, layout.Width / 2, FigureLayout.Padding, TextAnchor.Middle);
        for (int i = 0; i < layout.Panels.Count; i++)
        {
            string id = string.Create(CultureInfo.InvariantCulture, $"{prefix}-{i + 1}");
            new PanelDrawing(svg, layout.Panels[i], layout.Areas[i], layout.NoteHeights[i], id).Draw(layout.Legend);
        }

        LegendDrawing.Draw(svg, layout.Legend, layout.LegendLeft, layout.LegendTop);
        svg.Close();
    }

    // A picture needs a name even if nothing is written over it.
    private static string Name(Figure figure)
    {
        IEnumerable<string> panels = figure.Panels.Select(panel => panel.Title ?? panel.Y.Label ?? "").Where(name => name.Length > 0).Distinct();
        string name = RichText.Parse(figure.Title ?? string.Join(", ", panels)).Plain;
        return name.Length == 0 ? "Figure" : name;
    }

    private static string Description(Figure figure)
    {
        string text = RichText.Parse(figure.Description ?? "").Plain;
        string omitted = figure.Omitted switch
        {
            0 => "",
            1 => "1 point has no place on the axes and is not drawn.",
            var count => string.Create(CultureInfo.InvariantCulture, $"{count} points have no place on the axes and are not drawn."),
        };
        return new StringBuilder(text).Append(text.Length > 0 && omitted.Length > 0 ? " " : "").Append(omitted).ToString();
    }
}
