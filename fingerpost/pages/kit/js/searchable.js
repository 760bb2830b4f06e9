// A long list in which a person may type to find their choice. The library is fetched only by pages that have one.

export async function makeSearchable(selects) {
  if (!selects.length) return
  const style = document.createElement('link')
  style.rel = 'stylesheet'
  style.href = new URL('./autocomplete.css', import.meta.url)
  document.head.append(style)
  const { default: accessibleAutocomplete } = await import('./autocomplete.js')
  for (const select of selects) {
    accessibleAutocomplete.enhanceSelectElement({
      selectElement: select,
      defaultValue: select.value ? select.options[select.selectedIndex].text.trim() : '',
      confirmOnBlur: false,
      showAllValues: true,
      placeholder: '',
      menuAttributes: { 'aria-labelledby': `${select.id}-label` },
      tNoResults: () => 'Nothing like that in the list'
    })
    const typed = document.getElementById(select.id)
    for (const name of ['aria-describedby', 'data-searchable']) {
      if (select.getAttribute(name) && !typed.getAttribute(name)) typed.setAttribute(name, select.getAttribute(name))
    }
    // A choice typed over with something else must not be sent as the old choice.
    typed.addEventListener('input', () => {
      const match = [...select.options].find((option) => option.text.trim() === typed.value.trim())
      select.value = match ? match.value : ''
    })
  }
}
