{{- define "datachunk.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* The name of a component: (list . "agent") */}}
{{- define "datachunk.component" -}}
{{- printf "%s-%s" (include "datachunk.fullname" (index . 0)) (index . 1) -}}
{{- end -}}

{{/* What selects the pods of a component, and never changes: (list . "agent") */}}
{{- define "datachunk.selectorLabels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ default $root.Chart.Name $root.Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
{{- with index . 1 }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{/* Of every object: (list . "agent"), or (list . "") for one that belongs to no component. */}}
{{- define "datachunk.labels" -}}
{{- $root := index . 0 -}}
{{ include "datachunk.selectorLabels" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: datachunk
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* (list . .Values.agent.image) */}}
{{- define "datachunk.image" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- with $root.Values.image.registry }}{{ trimSuffix "/" . }}/{{ end -}}
{{- $image.repository -}}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ default $root.Chart.AppVersion $image.tag }}{{ end -}}
{{- end -}}

{{/* A number of bytes: as it is written, or else in full. Helm would write large numbers with an exponent. */}}
{{- define "datachunk.bytes" -}}
{{- if kindIs "string" . }}{{ . }}{{ else }}{{ int64 . }}{{ end -}}
{{- end -}}

{{- define "datachunk.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Whether the state that readers share has a volume of its own. */}}
{{- define "datachunk.ownState" -}}
{{- if or .Values.storage.state.existingClaim (and .Values.storage.state.path (ne .Values.storage.mode "existingClaim")) }}yes{{ end -}}
{{- end -}}

{{/* Stops with a message that says what to change. */}}
{{- define "datachunk.check" -}}
{{- $storage := .Values.storage -}}
{{- if and (eq $storage.mode "existingClaim") (not $storage.existingClaim) -}}
{{- fail "storage.mode is existingClaim: name the claim in storage.existingClaim" -}}
{{- end -}}
{{- if and (ne $storage.mode "existingClaim") $storage.existingClaim -}}
{{- fail (printf "storage.existingClaim is set, but storage.mode is %s: set storage.mode to existingClaim, or name no claim" $storage.mode) -}}
{{- end -}}
{{- if and (eq $storage.mode "existingClaim") $storage.state.path -}}
{{- fail "storage.mode is existingClaim, which makes no volumes: name a claim in storage.state.existingClaim instead of storage.state.path" -}}
{{- end -}}
{{- if and (eq $storage.mode "local") (not .Values.agent.nodeSelector) -}}
{{- fail "storage.mode is local: agent.nodeSelector has to name the label of the nodes that have the volume" -}}
{{- end -}}
{{- if and (ne $storage.mode "local") .Values.workerNamespaces -}}
{{- fail (printf "workerNamespaces get claims with storage.mode local alone, and it is %s: leave workerNamespaces empty" $storage.mode) -}}
{{- end -}}
{{- if and $storage.state.path (or (eq $storage.state.path $storage.path) (hasPrefix (printf "%s/" $storage.path) $storage.state.path) (hasPrefix (printf "%s/" $storage.state.path) $storage.path)) -}}
{{- fail "storage.state.path and storage.path have to be directories of their own, neither in the other" -}}
{{- end -}}
{{- end -}}
